-- wrk's part of loads.py: bodies in turn from a file, numbers that count up, and the result as JSON in the last line.
local requests, numbered, at, number, headers = {}, {}, 0, tonumber(os.getenv("FIRST")), {}

function init()
  for line in os.getenv("HEADERS"):gmatch("[^\n]+") do
    local name, value = line:match("^(.-): (.*)$")
    headers[name] = value
  end
  for body in io.lines(os.getenv("BODIES")) do
    if body:find("@number@", 1, true) then
      numbered[#numbered + 1] = body
    else
      requests[#requests + 1] = wrk.format("POST", nil, headers, body)
    end
  end
end

function request()
  at = at + 1
  if #numbered > 0 then
    number = number + 1
    local body = numbered[at % #numbered + 1]:gsub("@number@", tostring(number))
    return wrk.format("POST", nil, headers, body)
  end
  return requests[at % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d}\n',
    summary.requests - errors.status, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
