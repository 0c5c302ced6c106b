-- Makes a hold larger, if balance and budgets cover that. May be repeated.
-- KEYS    see account.lua
-- ARGV    request id, the hold's new amount, credit (how far below zero the balance may go; empty =
--         without limit), hold ms, key life ms, then per budget: bucket, limit, length
--         of a rolling window's bucket in ms (0 = fixed)
-- returns {'grown'}   it holds so much now, or more
--         {'short'}   the money does not suffice; the hold is as it was
--         {'absent'}  there is no such hold
local request, amount = ARGV[1], ARGV[2]
local field, expires = 'h:' .. request, now + tonumber(ARGV[4])
purge()
local held = redis.call('HGET', account, field)
if not held or finished(request) then
  return {'absent'}
end
if not below(held, amount) then
  return {'grown'}
end

drop(field)
local enough = true
if ARGV[3] ~= '' then
  enough = affords(amount, ARGV[3])
end
for i = 6, #ARGV, 3 do
  local high, low = room(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]))
  enough = enough and covers(high, low, amount)
end
put(field, enough and amount or held, expires)
keep(ARGV[5])
if enough then
  return {'grown'}
end
return {'short'}
