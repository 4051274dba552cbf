// M/M/c+M by hand: one std::priority_queue of arrivals, ends of patience and ends of service; who has left is found out
// when it is their turn.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <queue>
#include <vector>

#include "chance.hpp"

enum Kind { ARRIVAL, PATIENCE, END };

struct Event {
    double time;
    int kind, who;
    bool operator<(const Event& other) const { return time > other.time; }
};

int main(int, char** argv) {
    const double horizon = 3600 * std::atof(argv[1]), gap = 3600 / std::atof(argv[3]);
    int free = std::atoi(argv[4]);
    const double handle = std::atof(argv[5]), patience = std::atof(argv[6]);
    Chance chance(std::atoi(argv[2]));
    const std::clock_t started = std::clock();

    std::priority_queue<Event> events;
    std::deque<int> line;
    std::vector<double> asked;
    std::vector<bool> waits;
    long served = 0, abandoned = 0;
    double wait = 0;

    events.push({chance.exponential(gap), ARRIVAL, 0});
    while (!events.empty() && events.top().time < horizon) {
        const Event event = events.top();
        events.pop();
        const double now = event.time;
        if (event.kind == ARRIVAL) {
            const int who = asked.size();
            asked.push_back(now);
            waits.push_back(!free);
            if (free) {
                --free;
                ++served;
                events.push({now + chance.exponential(handle), END, who});
            } else {
                line.push_back(who);
                events.push({now + chance.exponential(patience), PATIENCE, who});
            }
            events.push({now + chance.exponential(gap), ARRIVAL, 0});
        } else if (event.kind == PATIENCE) {
            if (waits[event.who]) {
                waits[event.who] = false;
                ++abandoned;
            }
        } else {
            while (!line.empty() && !waits[line.front()]) line.pop_front();
            if (line.empty()) {
                ++free;
            } else {
                const int who = line.front();
                line.pop_front();
                waits[who] = false;
                ++served;
                wait += now - asked[who];
                events.push({now + chance.exponential(handle), END, who});
            }
        }
    }
    std::printf("%zu %ld %ld %.17g %.9f\n", asked.size(), served, abandoned, wait,
                double(std::clock() - started) / CLOCKS_PER_SEC);
}
