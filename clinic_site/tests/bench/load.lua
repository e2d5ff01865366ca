-- What load.py asks of wrk: posts from a file, one a line, each sent once; and a result to read by machine.
local path, expected = os.getenv("BENCH_POSTS"), tonumber(os.getenv("BENCH_EXPECTED") or "200")
local threads = {}
wrong, right = 0, 0

function setup(thread)
  table.insert(threads, thread)
end

if path then
  local next_line
  function init()
    next_line = io.lines(path)
  end
  function request()
    local body = next_line and next_line()
    if not body then
      next_line = nil
      wrk.thread:stop()
      return ""
    end
    return wrk.format("POST", nil, nil, body)
  end
  function response(status)
    if status == expected then right = right + 1 else wrong = wrong + 1 end
  end
end

function done(summary, latency)
  local unexpected = summary.errors.status
  local answered = summary.requests
  if path then
    unexpected, answered = 0, 0
    for _, thread in ipairs(threads) do
      unexpected = unexpected + thread:get("wrong")
      answered = answered + thread:get("right")
    end
  end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    'BENCH {"requests": %d, "seconds": %.6f, "p50": %.3f, "p95": %.3f, "bytes": %d, "errors": %d}\n',
    answered, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    summary.bytes, unexpected + lost))
end
