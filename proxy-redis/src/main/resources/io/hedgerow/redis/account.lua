-- Prepended to the scripts of a tenant's money. Amounts are nano-USD.
-- KEYS[1] hash  epoch; balance and version as PostgreSQL decided them; held, pending (the sums of what follows);
--               free = balance - held - pending; h:<request> an open hold; p:<request> an exact cost that the
--               balance does not contain yet; w:<request> the buckets in which either is counted, and @<second>:<tokens>
--               for what the request took of its key's tokens in that second; complete: all buckets are known;
--               open: how many holds there are
-- KEYS[2] zset  h:<request> or p:<request> -> when it ends by itself
-- KEYS[3] zset  request that is over -> until when a command that comes late must not bring it back
-- KEYS[4] hash  of each bucket, which is named start:until:budget: u:<bucket> all that is spent, held or pending in it;
--               s:<bucket> what is spent as PostgreSQL decided it; v:<bucket> that figure's version
-- Lua's numbers are exact up to 2^53 only. So amounts stay strings here, HINCRBY adds them as 64-bit integers, and Lua
-- looks at nothing but the sign of a result.
local account, ends, over, budgets = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local function negated(amount)
  if amount == '0' then
    return amount
  end
  if string.sub(amount, 1, 1) == '-' then
    return string.sub(amount, 2)
  end
  return '-' .. amount
end

-- Whether what is free, and what may be spent on credit, covers an amount. Added up by Redis, whose numbers are whole; the
-- credit only once the rest is below zero, so that no sum grows too large.
local function affords(amount, credit)
  local enough = redis.call('HINCRBY', account, 'free', negated(amount)) >= 0
  if not enough and credit ~= '0' then
    enough = redis.call('HINCRBY', account, 'free', credit) >= 0
    redis.call('HINCRBY', account, 'free', negated(credit))
  end
  redis.call('HINCRBY', account, 'free', amount)
  return enough
end

local function sum_of(field)
  return string.sub(field, 1, 2) == 'h:' and 'held' or 'pending'
end

-- Compares decimal integers of any length.
local function below(a, b)
  local minus_a, minus_b = string.sub(a, 1, 1) == '-', string.sub(b, 1, 1) == '-'
  if minus_a ~= minus_b then
    return minus_a
  end
  if #a ~= #b then
    return (#a < #b) ~= minus_a
  end
  return a ~= b and (a < b) ~= minus_a
end

-- Notes where a request is counted, before its hold or pending cost is put.
local function note(request, where)
  if where ~= '' then
    redis.call('HSETNX', account, 'w:' .. request, where)
  end
end

-- Forgets it, after both are gone.
local function forget(request)
  redis.call('HDEL', account, 'w:' .. request)
end

-- Counts an amount in the buckets of a hold or a pending cost.
local function count(field, amount)
  local where = redis.call('HGET', account, 'w:' .. string.sub(field, 3))
  if where then
    for bucket in string.gmatch(where, '%S+') do
      if string.sub(bucket, 1, 1) ~= '@' then
        redis.call('HINCRBY', budgets, 'u:' .. bucket, amount)
      end
    end
  end
end

-- A hold is an open request of the tenant.
local function count_open(field, more)
  if string.sub(field, 1, 2) == 'h:' then
    redis.call('HINCRBY', account, 'open', more)
  end
end

-- Adds a hold or a pending cost that does not exist yet.
local function put(field, amount, expires)
  redis.call('HSET', account, field, amount)
  count_open(field, 1)
  redis.call('HINCRBY', account, sum_of(field), amount)
  redis.call('HINCRBY', account, 'free', negated(amount))
  redis.call('ZADD', ends, expires, field)
  count(field, amount)
end

-- Ends a hold or a pending cost; false where there is none.
local function drop(field)
  local amount = redis.call('HGET', account, field)
  redis.call('ZREM', ends, field)
  if not amount then
    return false
  end
  redis.call('HDEL', account, field)
  count_open(field, -1)
  redis.call('HINCRBY', account, sum_of(field), negated(amount))
  redis.call('HINCRBY', account, 'free', amount)
  count(field, negated(amount))
  return true
end

-- Ends what nobody renewed; bounded, so that no call takes long.
local function purge()
  for _, field in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now, 'LIMIT', 0, 200)) do
    drop(field)
    forget(string.sub(field, 3))
  end
end

-- Puts the tokens that a request was taken for right, once its true number is known, while their second still counts.
local function correct(tokens, request, actual)
  local where = redis.call('HGET', account, 'w:' .. request)
  local second, taken = string.match(where or '', '@(%d+):(%d+)')
  if second and redis.call('HEXISTS', tokens, second) == 1 then
    local more = string.format('%.0f', tonumber(actual) - tonumber(taken))
    redis.call('HINCRBY', tokens, second, more)
    redis.call('HINCRBY', tokens, 'used', more)
  end
end

local function finish(request, millis)
  redis.call('ZADD', over, now + tonumber(millis), request)
end

-- Forgets the requests that are over for so long that no command of theirs can come any more.
local function sweep()
  redis.call('ZREMRANGEBYSCORE', over, '-inf', now)
end

local function finished(request)
  return redis.call('ZSCORE', over, request)
end

local function keep(millis)
  redis.call('PEXPIRE', account, millis)
  redis.call('PEXPIRE', ends, millis)
  redis.call('PEXPIRE', over, millis)
  redis.call('PEXPIRE', budgets, millis)
end
