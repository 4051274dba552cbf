#!lua name=ringback_journal_2

-- The one place that writes a desk's journal, inside the store, so that order, clock and fencing cannot be raced.
-- Written for Redis 7.0 and Valkey alike. The number in the names is the version of this contract: whoever changes what
-- a call means counts it up, here and in functions.py, so that nodes of two versions can share a store.
--
-- KEYS: {desk}:journal (stream, ids <offset>-0), {desk}:meta (hash), {desk}:keys (hash: contact id -> wrapped key)
-- meta: epoch, last (offset), stamp and raw (the clock, us), appended (stamp of the last entry),
--       incarnation:<node>, batch:<node> (the last one taken in this incarnation)

local function decimal(number)
  return string.format('%.0f', number)
end

local function server_time()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- Journal time never goes back; what a backward step of the machine's clock left over is slewed away at 10 %.
local function journal_time(stamp, raw, time)
  local passed = math.max(0, time - raw)
  local ahead = math.max(0, stamp - raw)
  return stamp + passed - math.min(ahead, (passed - passed % 10) / 10)
end

local function regressed(why)
  return redis.error_reply('REGRESSED ' .. why)
end

-- ARGV: node, epoch to begin with. Reply: epoch, incarnation, last offset.
local function open(keys, args)
  local journal, meta, contact_keys = keys[1], keys[2], keys[3]
  local node = args[1]
  if redis.call('EXISTS', meta) == 0 then
    if redis.call('EXISTS', journal, contact_keys) > 0 then
      return regressed('the journal is there but its meta hash is gone')
    end
    local now = decimal(server_time())
    redis.call('HSET', meta, 'epoch', args[2], 'last', '0', 'stamp', now, 'raw', now, 'appended', '0')
  end
  local state = redis.call('HMGET', meta, 'epoch', 'last')
  if not (state[1] and state[2]) then
    return regressed('the meta hash has lost its epoch or its last offset')
  end
  local incarnation = redis.call('HINCRBY', meta, 'incarnation:' .. node, 1)
  redis.call('HSET', meta, 'batch:' .. node, '0')
  return { state[1], incarnation, tonumber(state[2]) }
end

-- ARGV: epoch, node, incarnation, batch number, applied, reply limit, number of keys, (contact id, wrapped key)...,
--       (op, body, actor, command, sealed, due)...
-- Reply: last offset, stamp, entries after `applied` (XRANGE rows), and how the batch follows on them: the offset of its
-- first entry, and which of its entries (1, 2, ...) were left out. The caller has those entries in its hands; reading
-- them back and sending them would double the cost. The offset is 0 if the batch was not taken by this call, or if more
-- entries stand before it than a reply may carry; then the rows are all there is.
local function append(keys, args)
  local journal, meta, contact_keys = keys[1], keys[2], keys[3]
  local epoch, node = args[1], args[2]
  local incarnation, batch, applied = tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
  local state = redis.call('HMGET', meta, 'epoch', 'last', 'stamp', 'raw', 'appended',
    'incarnation:' .. node, 'batch:' .. node)

  if state[1] ~= epoch then
    return regressed('the epoch is ' .. tostring(state[1]) .. ', not ' .. epoch)
  end
  local last, stamp, raw, appended = tonumber(state[2]), tonumber(state[3]), tonumber(state[4]), tonumber(state[5])
  if applied > last then
    return regressed('the last offset is ' .. decimal(last) .. ', but ' .. decimal(applied) .. ' was folded')
  elseif last > 0 and redis.call('EXISTS', journal) == 0 then
    return regressed('the stream is gone') -- a trimmed one is there, though it may be empty
  end
  local living, taken = tonumber(state[6] or 0), tonumber(state[7] or 0)
  if incarnation < living then
    return redis.error_reply('FENCED incarnation ' .. decimal(living) .. ' of node ' .. node .. ' has taken over')
  elseif incarnation > living then
    return regressed('incarnation ' .. decimal(incarnation) .. ' of node ' .. node .. ' is not known')
  elseif batch > taken + 1 then
    return redis.error_reply('GAP batch ' .. decimal(batch) .. ' came after ' .. decimal(taken))
  end

  local time = server_time()
  stamp = journal_time(stamp, raw, time)
  local now, first = decimal(stamp), 8 + 2 * tonumber(args[7])
  local limit, count, before = tonumber(args[6]), (#args - first + 1) / 6, last
  local left_out, rows = {}, {}
  local new = batch == taken + 1
  if new then
    for k = 8, first - 1, 2 do
      redis.call('HSETNX', contact_keys, args[k], args[k + 1])
    end
    local writer, folded = node .. ':' .. args[3], appended
    for e = first, #args, 6 do
      local due = tonumber(args[e + 5])
      if due == 0 or (folded < due and due <= stamp) then
        last = last + 1
        appended = stamp
        redis.call('XADD', journal, decimal(last) .. '-0', 'v', '2', 't', now, 'node', writer, 'op', args[e],
          'body', args[e + 1], 'actor', args[e + 2], 'command', args[e + 3], 'sealed', args[e + 4], 'due', args[e + 5])
      else
        left_out[#left_out + 1] = (e - first) / 6 + 1
      end
    end
    taken = batch
  end
  redis.call('HSET', meta, 'last', decimal(last), 'stamp', now, 'raw', decimal(time), 'appended', decimal(appended),
    'batch:' .. node, decimal(taken))
  local from = decimal(applied + 1) .. '-0'
  if not new or before - applied > limit then
    return { last, stamp, redis.call('XRANGE', journal, from, '+', 'COUNT', limit + count), 0, {} }
  elseif before > applied then
    rows = redis.call('XRANGE', journal, from, decimal(before) .. '-0')
  end
  return { last, stamp, rows, before + 1, left_out }
end

redis.register_function('ringback_open_2', open)
redis.register_function('ringback_append_2', append)
