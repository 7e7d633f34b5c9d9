-- Health of a TrainingJob for Argo CD.
local function condition(type)
  for _, one in ipairs((obj.status or {}).conditions or {}) do
    if one.type == type then
      return one
    end
  end
  return {}
end

local status = obj.status or {}
if status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "The operator has not seen this spec yet." }
end
local ready, stalled = condition("Ready"), condition("Stalled")
if status.phase == "Paused" or status.phase == "Held" then
  return { status = "Suspended", message = ready.message }
elseif status.phase == "Failed" or stalled.status == "True" then
  return { status = "Degraded", message = ready.message }
elseif ready.status == "True" then
  return { status = "Healthy", message = ready.message }
end
return { status = "Progressing", message = ready.message or "" }
