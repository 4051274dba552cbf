// Lines with a pool each, and any pool for those who have waited long enough, by hand: one std::priority_queue of
// arrivals, ends of patience, times of overflow and ends of service; who has left is found out when it is their turn.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <queue>
#include <vector>

#include "chance.hpp"

enum Kind { ARRIVAL, PATIENCE, OVERFLOW_TIME, END };

struct Event {
    double time;
    int kind, who;  // The line of an arrival, the pool of an end, else the contact.
    bool operator<(const Event& other) const { return time > other.time; }
};

struct Contact {
    double asked;
    int line;
    bool waits;
};

struct Line {
    double gap;
    std::deque<int> waiting;
    std::deque<double> idle;  // Since when each free agent of the pool has been idle, the longest first.
};

int main(int count, char** argv) {
    const double horizon = 3600 * std::atof(argv[1]);
    const double handle = std::atof(argv[3]), patience = std::atof(argv[4]), overflow = std::atof(argv[5]);
    std::vector<Line> lines;
    for (int i = 6; i + 1 < count; i += 2)
        lines.push_back({3600 / std::atof(argv[i]), {}, std::deque<double>(std::atoi(argv[i + 1]), 0.0)});
    Chance chance(std::atoi(argv[2]));
    const std::clock_t started = std::clock();

    std::priority_queue<Event> events;
    std::vector<Contact> contacts;
    long served = 0, abandoned = 0;
    double wait = 0;

    auto serve = [&](int who, int pool, double now) {
        Contact& contact = contacts[who];
        contact.waits = false;
        ++served;
        wait += now - contact.asked;
        events.push({now + chance.exponential(handle), END, pool});
    };
    for (int line = 0; line < int(lines.size()); ++line)
        events.push({chance.exponential(lines[line].gap), ARRIVAL, line});
    while (!events.empty() && events.top().time < horizon) {
        const Event event = events.top();
        events.pop();
        const double now = event.time;
        if (event.kind == ARRIVAL) {
            Line& line = lines[event.who];
            const int who = contacts.size();
            contacts.push_back({now, event.who, true});
            if (!line.idle.empty()) {
                line.idle.pop_front();
                serve(who, event.who, now);
            } else {
                line.waiting.push_back(who);
                events.push({now + chance.exponential(patience), PATIENCE, who});
                events.push({now + overflow, OVERFLOW_TIME, who});
            }
            events.push({now + chance.exponential(line.gap), ARRIVAL, event.who});
        } else if (event.kind == PATIENCE) {
            Contact& contact = contacts[event.who];
            if (contact.waits) {
                contact.waits = false;
                ++abandoned;
            }
        } else if (event.kind == OVERFLOW_TIME) {
            if (contacts[event.who].waits) {
                int best = -1;
                for (int pool = 0; pool < int(lines.size()); ++pool)
                    if (!lines[pool].idle.empty() &&
                        (best < 0 || lines[pool].idle.front() < lines[best].idle.front()))
                        best = pool;
                if (best >= 0) {
                    lines[best].idle.pop_front();
                    serve(event.who, best, now);
                }
            }
        } else {
            int best = -1;
            for (int line = 0; line < int(lines.size()); ++line) {
                auto& waiting = lines[line].waiting;
                while (!waiting.empty() && !contacts[waiting.front()].waits) waiting.pop_front();
                if (!waiting.empty() && (line == event.who || now - contacts[waiting.front()].asked >= overflow) &&
                    (best < 0 || waiting.front() < best))
                    best = waiting.front();  // Contacts are numbered in the order in which they asked.
            }
            if (best >= 0)
                serve(best, event.who, now);
            else
                lines[event.who].idle.push_back(now);
        }
    }
    std::printf("%zu %ld %ld %.17g %.9f\n", contacts.size(), served, abandoned, wait,
                double(std::clock() - started) / CLOCKS_PER_SEC);
}
