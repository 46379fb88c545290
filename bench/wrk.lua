-- Plays requests from a file, one a line: method TAB path TAB cookie TAB body. Prints one JSON line at the end.
-- A cookie that begins with "Bearer " is an application's token: then the body is JSON, and each @n@ in it a new number.
local requests, at, run = {}, 0, os.time() % 100000

function init(args)
  for line in io.lines(args[1]) do
    local method, path, cookie, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    local headers = {["User-Agent"] = "bench"}
    if cookie:sub(1, 7) == "Bearer " then
      headers["Authorization"], headers["Content-Type"] = cookie, "application/json"
    else
      headers["Cookie"] = cookie
    end
    if args[2] == "fragment" then headers["HX-Request"] = "true" end
    if method == "POST" and not headers["Content-Type"] then headers["Content-Type"] = "application/x-www-form-urlencoded" end
    if body:find("@n@", 1, true) then
      requests[#requests + 1] = {method, path, headers, body}
    else
      requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
  end
end

function request()
  at = at + 1
  local one = requests[(at - 1) % #requests + 1]
  if type(one) == "string" then return one end
  local body = one[4]:gsub("@n@", run .. "-" .. at)
  return wrk.format(one[1], one[2], one[3], body)
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "failures": %d, "p50": %.2f, "p95": %.2f, "p99": %.2f, "bytes": %d}\n',
    summary.requests, summary.duration / 1e6,
    errors.status + errors.timeout + errors.read + errors.write + errors.connect,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, summary.bytes))
end
