-- Adds ARGV[2] to the field, if the sum stays below ARGV[3] and above its negative. Answers the sum.
local stored = tonumber(run('HGET', field) or '0')
-- Of what is no number, HINCRBYFLOAT says so.
if stored and stored == stored and math.abs(stored + ARGV[2]) >= tonumber(ARGV[3]) then
  return refuse({err = 'OVERFLOW the sum is out of range'})
end
return run('HINCRBYFLOAT', field, ARGV[2]) or failed
