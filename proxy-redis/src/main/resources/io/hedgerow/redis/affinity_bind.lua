-- Binds a session to a provider, or refreshes its binding, if its version is still the expected one.
-- KEYS[1] hash  provider, version; named by the layout
-- ARGV    provider, expected version (0 = none), how long the binding lives in ms, field of provider, field of version
-- returns {'bound', version}  it is bound; the version is new if the provider is
--         {'other', version}  another version is there; nothing was changed
local found = redis.call('HMGET', KEYS[1], ARGV[4], ARGV[5])
local version = found[2] or '0'
if version ~= ARGV[2] then
  return {'other', version}
end
if found[1] ~= ARGV[1] then
  -- Time makes it greater than that of any earlier life of the binding, too; in microseconds, for a binding may be dropped
  -- and made again within a millisecond.
  version = string.format('%.0f', math.max(parts[1] * 1000000 + parts[2], tonumber(version) + 1))
  redis.call('HSET', KEYS[1], ARGV[4], ARGV[1], ARGV[5], version)
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'bound', version}
