-- Takes over a balance and what was spent in buckets, all absolute, unless newer figures are known, and ends the holds and
-- pending costs that they contain.
-- KEYS    see account.lua
-- ARGV    balance, version, how long late commands are ignored in ms, key life ms, complete (1: all buckets that count are
--         known with this), number of buckets, then per bucket: its name, spent, version; then settled request ids
-- returns {'applied'}  this balance holds now
--         {'older'}    a newer one is known; newer buckets were taken over, the settled requests ended all the same
local known = redis.call('HGET', account, 'version')
local older = known and below(ARGV[2], known)
if not older then
  redis.call('HINCRBY', account, 'free', negated(redis.call('HGET', account, 'balance') or '0'))
  redis.call('HINCRBY', account, 'free', ARGV[1])
  redis.call('HSET', account, 'balance', ARGV[1], 'version', ARGV[2])
end
local first_id = 7 + 3 * tonumber(ARGV[6])
for i = 7, first_id - 1, 3 do
  local bucket, spent, version = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local figures = redis.call('HMGET', budgets, 's:' .. bucket, 'v:' .. bucket)
  if not figures[2] or not below(version, figures[2]) then
    redis.call('HINCRBY', budgets, 'u:' .. bucket, negated(figures[1] or '0'))
    redis.call('HINCRBY', budgets, 'u:' .. bucket, spent)
    redis.call('HSET', budgets, 's:' .. bucket, spent, 'v:' .. bucket, version)
  end
end
if ARGV[5] == '1' then
  redis.call('HSET', account, 'complete', '1')
end
sweep()
for i = first_id, #ARGV do
  drop('h:' .. ARGV[i])
  drop('p:' .. ARGV[i])
  forget(ARGV[i])
  finish(ARGV[i], ARGV[3])
end
keep(ARGV[4])
return {older and 'older' or 'applied'}
