-- Admits a request: the key's and the tenant's concurrency, the key's requests and tokens per minute, the tenant's money
-- and every budget of both; all of it or nothing.
-- KEYS    see account.lua, then
-- KEYS[5] zset  open request of the key -> when it expires
-- KEYS[6] hash  second -> requests of the key admitted in it; the last minute. Beside them their sum and the newest second
--               as of second 'swept', so that the sixty need to be looked at once a second only: used, newest, swept
-- KEYS[7] hash  second -> tokens of the requests admitted in it; the same beside them
-- ARGV    request id, key's concurrency (0 = unlimited), key's requests per minute (0 = unlimited), its tokens per minute
--         (0 = unlimited), credit (how far below zero the balance may go; empty = without limit), estimate, estimated tokens, hold ms, epoch, adopt (1 or 0), key life ms,
--         from when and until when the buckets are the right ones, tenant's concurrency (0 = unlimited), then per budget: bucket, limit, length of a rolling
--         window's bucket in ms (0 = fixed)
-- returns <minute> is: requests used, ms until none is used, tokens used, ms until none is used
--         {'admitted',    <minute>, where it is counted, free, per budget: billions left, rest left}
--                                                           all is taken; repeated: all was taken, and budgets are left out
--         {'concurrency', <minute>}                         of the key
--         {'crowd',       <minute>}                         the tenant's concurrency
--         {'rate',        <minute>, ms until one more is allowed}
--         {'tokens',      <minute>, ms until so many tokens are allowed, 0 if they never are}
--         {'balance',     <minute>, free}                   the money does not suffice
--         {'budget',      <minute>, which}                  a budget does not suffice; the first is 1
--         {'cold'}                                          balance or budgets are not known here
--         {'clock', now}                                    the buckets are not those of this moment
--         {'over'}                                          this request has been settled or cancelled
--         {'epoch'}                                         not of the caller's epoch; nothing was done
local request, most, rpm, tpm = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local estimate, tokens = ARGV[6], tonumber(ARGV[7])
local open, minute, spent_tokens = KEYS[5], KEYS[6], KEYS[7]
local crowd = tonumber(ARGV[14])
local FIRST = 15

if redis.call('HGET', account, 'epoch') ~= ARGV[9] then
  if ARGV[10] ~= '1' then
    return {'epoch'}
  end
  redis.call('HSET', account, 'epoch', ARGV[9])
end
purge()

-- Whole seconds count, so a window is up to a second longer than a minute and never holds more than the limit.
local second = math.floor(now / 1000)
local function left(at)
  return at and (at + 61) * 1000 - now or 0
end

local this_second = string.format('%.0f', second)

-- The seconds that count, with what was used in each; what is older is dropped.
local function seconds_of(key)
  local counts, seconds = redis.call('HGETALL', key), {}
  for i = 1, #counts, 2 do
    local at = tonumber(counts[i])
    if at and at < second - 60 then
      redis.call('HDEL', key, counts[i])
    elseif at then
      seconds[#seconds + 1] = {at, tonumber(counts[i + 1])}
    end
  end
  return seconds
end

local function keep_sum(key, minute_used)
  redis.call('HSET', key, 'swept', this_second, 'used', string.format('%.0f', minute_used.used), 'newest',
    string.format('%.0f', minute_used.newest))
end

-- What is used of a minute, and when that was last added to.
local function used_of(key, limit)
  if limit <= 0 then
    return {used = 0}
  end
  local known = redis.call('HMGET', key, 'swept', 'used', 'newest')
  if known[1] == this_second then
    return {used = tonumber(known[2]), newest = tonumber(known[3])}
  end
  local minute_used = {used = 0}
  for _, counted in ipairs(seconds_of(key)) do
    minute_used.used = minute_used.used + counted[2]
    minute_used.newest = math.max(minute_used.newest or counted[1], counted[1])
  end
  if minute_used.newest then
    keep_sum(key, minute_used)
  end
  return minute_used
end

local function add(key, minute_used, amount)
  minute_used.used, minute_used.newest = minute_used.used + amount, second
  redis.call('HINCRBY', key, this_second, string.format('%.0f', amount))
  keep_sum(key, minute_used)
  redis.call('PEXPIRE', key, 62000)
end

-- How long until so much less is used.
local function wait_for(key, minute_used, less)
  local seconds = seconds_of(key)
  table.sort(seconds, function(a, b) return a[1] < b[1] end)
  for _, counted in ipairs(seconds) do
    less = less - counted[2]
    if less <= 0 then
      return left(counted[1])
    end
  end
  return left(minute_used.newest)
end

local requests_used, tokens_used = used_of(minute, rpm), used_of(spent_tokens, tpm)
local function answer(branch, ...)
  return {branch, requests_used.used, left(requests_used.newest), tokens_used.used, left(tokens_used.newest), ...}
end

local function renew()
  local expires = now + tonumber(ARGV[8])
  redis.call('ZADD', ends, expires, 'h:' .. request)
  redis.call('ZADD', open, expires, request)
  redis.call('PEXPIRE', open, ARGV[11])
  keep(ARGV[11])
end

if finished(request) or redis.call('HEXISTS', account, 'p:' .. request) == 1 then
  return {'over'}
end
if redis.call('HEXISTS', account, 'h:' .. request) == 1 then
  renew()
  return answer('admitted', redis.call('HGET', account, 'w:' .. request) or '', redis.call('HGET', account, 'free'))
end
if now < tonumber(ARGV[12]) or now >= tonumber(ARGV[13]) then
  return {'clock', now}
end

redis.call('ZREMRANGEBYSCORE', open, '-inf', now)
if most > 0 and redis.call('ZCARD', open) >= most then
  return answer('concurrency')
end
if crowd > 0 and tonumber(redis.call('HGET', account, 'open') or '0') >= crowd then
  return answer('crowd')
end
if rpm > 0 and requests_used.used >= rpm then
  return answer('rate', wait_for(minute, requests_used, requests_used.used - rpm + 1))
end
if tpm > 0 and tokens_used.used + tokens > tpm then
  return answer('tokens', tokens > tpm and 0 or wait_for(spent_tokens, tokens_used, tokens_used.used + tokens - tpm))
end
if ARGV[5] ~= '' then
  if redis.call('HEXISTS', account, 'balance') == 0 then
    return {'cold'}
  end
  if not affords(estimate, ARGV[5]) then
    return answer('balance', redis.call('HGET', account, 'free'))
  end
end
local rooms, where = {}, {}
if ARGV[FIRST] and redis.call('HEXISTS', account, 'complete') == 0 then
  return {'cold'}
end
for i = FIRST, #ARGV, 3 do
  local high, low = room(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]))
  if not covers(high, low, estimate) then
    return answer('budget', (i - FIRST) / 3 + 1)
  end
  rooms[#rooms + 1] = string.format('%.0f', high)
  rooms[#rooms + 1] = string.format('%.0f', low)
  where[#where + 1] = ARGV[i]
end

if tpm > 0 then
  where[#where + 1] = string.format('@%.0f:%.0f', second, tokens)
  add(spent_tokens, tokens_used, tokens)
end
note(request, table.concat(where, ' '))
put('h:' .. request, estimate, now + tonumber(ARGV[8]))
renew()
if rpm > 0 then
  add(minute, requests_used, 1)
end
return answer('admitted', table.concat(where, ' '), redis.call('HGET', account, 'free'), unpack(rooms))
