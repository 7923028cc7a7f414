-- Asks Sassnet for a job as soon as a series has come in whole ("StableAge" in orthanc.json) and fits the rule in "Sassnet" there.
-- The job fetches the series by DICOMweb and stores its results in the same study. Orthanc's log has the identifiers of Orthanc only, which are hashes.

local function Fits(rule, tags, instances)
   -- The results themselves come in here too, and a distance map has its source's modality.
   if tags['Manufacturer'] == 'Sassnet' or tags['Modality'] ~= rule['Modality'] then
      return false
   end
   if rule['Description'] ~= '' and not string.find(tags['SeriesDescription'] or '', rule['Description']) then
      return false
   end
   return instances >= rule['MinInstances']
end

function OnStableSeries(seriesId, tags, metadata)
   local rule = GetOrthancConfiguration()['Sassnet']
   local instances = #ParseJson(RestApiGet('/series/' .. seriesId))['Instances']
   if not Fits(rule, tags, instances) then
      return
   end

   local study = ParseJson(RestApiGet('/series/' .. seriesId .. '/study'))['MainDicomTags']['StudyInstanceUID']
   local order = {
      dicomWeb = { server = rule['Archive'], study = study, series = tags['SeriesInstanceUID'] },
      model = rule['Model'],
      store = true
   }
   local headers = {
      ['Content-Type'] = 'application/json',
      -- More images make another job, the same ones make none.
      ['Idempotency-Key'] = seriesId .. '-' .. instances
   }
   if rule['Key'] ~= '' then
      headers['Authorization'] = 'Bearer ' .. rule['Key']
   end

   -- Strings stay strings: identifiers look like numbers.
   local answer = HttpPost(rule['Jobs'], DumpJson(order, true), headers)
   if answer then
      print('Sassnet has a job for series ' .. seriesId)
   else
      print('Sassnet took no job for series ' .. seriesId .. '; send it again: curl -X POST .../series/' .. seriesId .. '/reconstruct')
   end
end
