-- Turns a hold into its exact cost, which stays pending until a balance that contains it arrives. Ends the request for
-- its key, and puts its tokens right. May be repeated, and may come after the balance that contains it.
-- KEYS    see account.lua, then
-- KEYS[5] zset  open request of the key -> when it expires
-- KEYS[6] hash  second -> tokens of the key's requests
-- ARGV    request id, cost, pending ms, fresh (1 or 0), how long late commands are ignored in ms, key life ms, where it is
--         counted, true tokens
-- returns {'pending'}  the cost is pending
--         {'applied'}  nothing is pending: the balance contains the cost already, or it is 0
--         {'late'}     there was no hold and the settlement is old: the balance is taken to contain it
local request, cost = ARGV[1], ARGV[2]
redis.call('ZREM', KEYS[5], request)
local held = drop('h:' .. request)
if held then
  correct(KEYS[6], request, ARGV[8])
end
if finished(request) then
  forget(request)
  return {'applied'}
end
if redis.call('HEXISTS', account, 'p:' .. request) == 1 then
  return {'pending'}
end
if not held and ARGV[4] ~= '1' then
  return {'late'}
end
if cost == '0' then
  forget(request)
  sweep()
  finish(request, ARGV[5])
  keep(ARGV[6])
  return {'applied'}
end
note(request, ARGV[7])
put('p:' .. request, cost, now + tonumber(ARGV[3]))
keep(ARGV[6])
return {'pending'}
