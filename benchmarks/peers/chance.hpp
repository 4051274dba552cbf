// Random numbers for the peers in C++: xoshiro256++ (Blackman and Vigna, public domain), seeded by splitmix64.
#pragma once
#include <cmath>
#include <cstdint>

class Chance {
    std::uint64_t s[4];

    static std::uint64_t left(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

public:
    explicit Chance(std::uint64_t seed) {
        for (auto& word : s) {
            std::uint64_t z = (seed += 0x9E3779B97F4A7C15u);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
            word = z ^ (z >> 31);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = left(s[0] + s[3], 23) + s[0], t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = left(s[3], 45);
        return result;
    }

    double exponential(double mean) { return -mean * std::log(((next() >> 11) + 1) * 0x1.0p-53); }
};
