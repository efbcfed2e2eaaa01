"""What everything may use: errors, money, times, jobs, paths, language, field declarations."""
