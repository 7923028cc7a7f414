-- Asks Sassnet for a job as soon as a series has come in whole ("StableAge" in orthanc.json) and fits the rule in "Sassnet" there.
-- The job fetches the series by DICOMweb and stores its results in the same study. Orthanc's log has the identifiers of Orthanc only, which are hashes.

-- A file of many frames (enhanced MR and CT) has as many images.
local function Images(instances)
   local images = 0
   for _, instance in ipairs(instances) do
      images = images + (tonumber(instance['MainDicomTags']['NumberOfFrames']) or 1)
   end
   return images
end

-- By semicolons, as in the service's own rules for series.
local function IsAmong(modalities, modality)
   for each in string.gmatch(modalities, '[^;%s]+') do
      if string.upper(each) == modality then
         return true
      end
   end
   return false
end

-- Why a series does not fit the rule; nil where it does. Variables of the environment are text in there, numbers too.
local function Misfit(rule, tags, images)
   local fewest = tonumber(rule['MinImages'])
   if not fewest then
      return 'SASSNET_MIN_IMAGES is "' .. tostring(rule['MinImages']) .. '"; accepted: a number of images'
   end
   if not IsAmong(rule['Modality'], tags['Modality']) then
      return 'its modality is ' .. tostring(tags['Modality']) .. '; accepted by SASSNET_MODALITY: "' .. rule['Modality'] .. '"'
   end
   if rule['Description'] ~= '' and not string.find(tags['SeriesDescription'] or '', rule['Description']) then
      return 'its description does not fit the pattern "' .. rule['Description'] .. '" ("Description" in orthanc.json)'
   end
   if images < fewest then
      return 'it has ' .. images .. (images == 1 and ' image' or ' images') .. '; accepted by SASSNET_MIN_IMAGES: ' .. rule['MinImages'] .. ' and more'
   end
   return nil
end

function OnStableSeries(seriesId, tags, metadata)
   -- The results themselves come in here too, and a distance map has its source's modality.
   if tags['Manufacturer'] == 'Sassnet' then
      return
   end

   local rule = GetOrthancConfiguration()['Sassnet']
   local instances = ParseJson(RestApiGet('/series/' .. seriesId .. '/instances'))
   local misfit = Misfit(rule, tags, Images(instances))
   if misfit then
      -- Nobody expects a segmentation of anything else, such as a report.
      if tags['Modality'] == 'MR' or tags['Modality'] == 'CT' then
         print('Sassnet is not asked for series ' .. seriesId .. ': ' .. misfit)
      end
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
      -- More files make another job, the same ones make none.
      ['Idempotency-Key'] = seriesId .. '-' .. #instances
   }
   if rule['Key'] ~= '' then
      headers['Authorization'] = 'Bearer ' .. rule['Key']
   end

   -- Strings stay strings: identifiers look like numbers.
   local answer = HttpPost(rule['Jobs'], DumpJson(order, true), headers)
   -- Where nobody answers it is nothing, and of an answer that is an error it is empty: its status is in the log alone.
   if answer and answer ~= '' then
      print('Sassnet has a job for series ' .. seriesId)
   else
      -- Neither pushing it again nor reconstructing it makes Orthanc call it stable once more.
      print('Sassnet took no job for series ' .. seriesId .. ': the error before this line has the HTTP status or says that nobody answered; for 401 and 403 SASSNET_KEY has to be a key with the scopes jobs and archive, for 400 the name in SASSNET_JOBS one of Sassnet:Server:Hosts, for 404 SASSNET_MODEL a model that is served. When that is mended ask for it by hand, as docs/archive.md says, with the UIDs in /series/' .. seriesId .. ' and /series/' .. seriesId .. '/study')
   end
end
