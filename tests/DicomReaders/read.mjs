// Reads DICOM Segmentation objects as viewers do and prints what they have in memory: node read.mjs dcmqi|cornerstone CASES.json
// A case names the object and describes the frames of its source; a line of output for each case in turn lists the voxels that are segmented, or the error.
//   dcmqi (3D Slicer, by itk-wasm): its own image, as origin, directions, spacing and indices.
//   cornerstone (OHIF): the label map over the source's frames, as frame and pixel.
import { readFileSync } from 'node:fs';

const [reader, list] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(list, 'utf8'));
for (const one of cases) {
  let read;
  try {
    read = reader === 'dcmqi' ? await dcmqi(one) : await cornerstone(one);
  } catch (error) {
    read = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(read) + '\n');
}
process.exit(0);

async function dcmqi({ path }) {
  const { readSegmentationNode } = await import('@itk-wasm/dicom');
  const { segImage } = await readSegmentationNode(path);
  return {
    size: segImage.size,
    origin: segImage.origin,
    spacing: segImage.spacing,
    direction: [...segImage.direction],
    segmented: indices(segImage.data),
  };
}

async function cornerstone({ path, frames, orientation, spacing, rows, columns, series, frameOfReference, sop }) {
  const { metaData } = await import('@cornerstonejs/core');
  const { Cornerstone3DSEG } = await import('@cornerstonejs/adapters/cornerstone3D');
  const several = new Set(frames.map((frame) => frame.instance)).size < frames.length;
  const imageIds = frames.map((frame) => (several ? `test:${frame.instance}?frame=${frame.number}` : `test:${frame.instance}`));
  const get = (type, imageId) => {
    const frame = frames[imageIds.indexOf(imageId)];
    if (!frame) return undefined;
    const plane = {
      rows,
      columns,
      imagePositionPatient: frame.position,
      imageOrientationPatient: orientation,
      rowCosines: orientation.slice(0, 3),
      columnCosines: orientation.slice(3),
      rowPixelSpacing: spacing[0],
      columnPixelSpacing: spacing[1],
      frameOfReferenceUID: frameOfReference,
    };
    switch (type) {
      case 'imagePlaneModule':
        return plane;
      case 'generalSeriesModule':
        return { seriesInstanceUID: series, modality: 'MR' };
      case 'generalImageModule':
      case 'sopCommonModule':
        return { sopInstanceUID: frame.instance, sopClassUID: sop };
      case 'imagePixelModule':
        return { rows, columns, samplesPerPixel: 1, bitsAllocated: 16, photometricInterpretation: 'MONOCHROME2' };
      case 'instance':
        return {
          SOPInstanceUID: frame.instance,
          SeriesInstanceUID: series,
          FrameOfReferenceUID: frameOfReference,
          NumberOfFrames: several ? frames.length : 1,
          Rows: rows,
          Columns: columns,
          ImagePositionPatient: frame.position,
          ImageOrientationPatient: orientation,
        };
      default:
        return undefined;
    }
  };
  metaData.removeAllProviders?.();
  metaData.addProvider(get, 100000);
  const file = readFileSync(path);
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  const state = await Cornerstone3DSEG.Segmentation.createFromDICOMSegBuffer(imageIds, buffer, { metadataProvider: { get } });
  return {
    segmented: state.labelMapImages[0].flatMap((image, frame) => indices(image.getPixelData()).map((pixel) => [frame, pixel])),
  };
}

function indices(values) {
  const found = [];
  values.forEach((value, index) => value !== 0 && found.push(index));
  return found;
}
