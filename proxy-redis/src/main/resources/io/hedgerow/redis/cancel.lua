-- Drops a hold: the request never became a usage record. May be repeated, and may overtake the admission.
-- KEYS    see account.lua, then
-- KEYS[5] zset  open request of the key -> when it expires
-- KEYS[6] hash  second -> tokens of the key's requests
-- ARGV    request id, how long late commands are ignored in ms, key life ms
-- returns {'cancelled'}  a hold was dropped
--         {'absent'}     there was none
redis.call('ZREM', KEYS[5], ARGV[1])
local held = drop('h:' .. ARGV[1])
if held then
  correct(KEYS[6], ARGV[1], '0')
end
forget(ARGV[1])
sweep()
finish(ARGV[1], ARGV[2])
keep(ARGV[3])
return {held and 'cancelled' or 'absent'}
