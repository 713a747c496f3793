# Polling asks four times a second, whatever happens. Long polling asks once for each line that it hears.
most_requests = {1: "polling", 10: "long polling", 50: "long polling"}
