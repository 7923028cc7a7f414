// What the tests ask of OHIF's page: its own services and cornerstone's cache, which its built files leave in `window`.
window.look = {
  set: (study, modality) => services.displaySetService.getActiveDisplaySets().find((set) => set.StudyInstanceUID === study && set.Modality === modality),

  // As a double click on its thumbnail does.
  show(study, modality) {
    const viewport = services.viewportGridService.getActiveViewportId();
    const uid = this.set(study, modality).displaySetInstanceUID;
    services.viewportGridService.setDisplaySetsForViewports(services.hangingProtocolService.getViewportsRequireUpdate(viewport, uid, false));
  },

  labels: (set) => services.segmentationService.getSegmentation(set.displaySetInstanceUID)?.representationData?.Labelmap?.imageIds,

  // The label map that lies over each image of the scan.
  masks(study) {
    return this.labels(this.set(study, 'SEG')).map((id) => {
      const image = cornerstone.cache.getImage(id);
      const plane = cornerstone.metaData.get('imagePlaneModule', image.referencedImageId);
      const [row, column] = [[...plane.rowCosines], [...plane.columnCosines]];
      return {
        origin: [...plane.imagePositionPatient],
        steps: [row.map((part) => part * plane.columnPixelSpacing), column.map((part) => part * plane.rowPixelSpacing)],
        size: [image.columns, image.rows, 1],
        data: this.bytes(image.voxelManager.getScalarData()),
      };
    });
  },

  // A volume: of the scan or of the map.
  cached: (study, modality) => cornerstone.cache.getVolume(`cornerstoneStreamingImageVolume:${look.set(study, modality).displaySetInstanceUID}`),

  isLoaded: (study, modality) => look.cached(study, modality)?.loadStatus.loaded === true,

  volume(study, modality) {
    const volume = this.cached(study, modality);
    const direction = [...volume.direction];
    return {
      origin: [...volume.origin],
      steps: [0, 1, 2].map((axis) => direction.slice(3 * axis, 3 * axis + 3).map((part) => part * volume.spacing[axis])),
      size: [...volume.dimensions],
      data: this.bytes(volume.voxelManager.getCompleteScalarDataArray()),
    };
  },

  // The image with most labelled pixels is shown: for each of its pixels where on the page its middle is, and its label.
  pixels(study) {
    const images = this.labels(this.set(study, 'SEG')).map((id) => cornerstone.cache.getImage(id));
    const count = (image) => image.voxelManager.getScalarData().reduce((sum, label) => sum + label, 0);
    const shown = images.reduce((most, image) => (count(image) > count(most) ? image : most));
    const viewport = services.cornerstoneViewportService.getCornerstoneViewport(services.viewportGridService.getActiveViewportId());
    const index = viewport.getImageIds().indexOf(shown.referencedImageId);
    return viewport.setImageIdIndex(index).then(() => {
      viewport.render();
      const plane = cornerstone.metaData.get('imagePlaneModule', shown.referencedImageId);
      const { left, top } = viewport.canvas.getBoundingClientRect();
      return [...shown.voxelManager.getScalarData()].map((label, i) => {
        const [column, row] = [i % shown.columns, Math.floor(i / shown.columns)];
        const world = [0, 1, 2].map((axis) => plane.imagePositionPatient[axis]
          + column * plane.columnPixelSpacing * plane.rowCosines[axis] + row * plane.rowPixelSpacing * plane.columnCosines[axis]);
        const [x, y] = viewport.worldToCanvas(world);
        return [left + x, top + y, label];
      });
    });
  },

  bytes(values) {
    let text = '';
    for (const byte of new Uint8Array(Float32Array.from(values).buffer))
      text += String.fromCharCode(byte);
    return btoa(text);
  },
};
