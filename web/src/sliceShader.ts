import { bytesPerMillimetre, labelStep, type Band } from './layers'

const vector = (colour: number[]) => `vec3(${colour.map((value) => (value / 255).toFixed(4)).join(', ')})`

// The fill is drawn where "isFilled", and the outline where the layer passes its middle: smooth, and of the same width at every zoom.
const shader = (hue: string, isFilled: string, line: string) => `#version 300 es
precision highp int;
precision highp float;
uniform highp sampler3D volume;
uniform highp sampler3D overlay;
uniform float overlays;
uniform float opacity;
uniform float overlayAlphaShader;
uniform float overlayOutlineWidth;
in vec3 texPos;
out vec4 color;
void main() {
  vec3 shown = texture(volume, texPos).rgb;
  float layer = texture(overlay, texPos).r;
  int label = int(texelFetch(overlay, ivec3(texPos * vec3(textureSize(overlay, 0))), 0).r * 255.0 / ${labelStep.toFixed(1)} + 0.5);
  float mm = (layer * 255.0 - 127.5) / ${bytesPerMillimetre.toFixed(1)};
  float pixels = abs(layer - 0.5) / max(fwidth(layer), 1e-5);
  if (overlays > 0.0) {
    shown = mix(shown, ${hue}, ${isFilled} ? overlayAlphaShader : 0.0);
    if (overlayOutlineWidth > 0.0)
      shown = mix(shown, ${line}, 1.0 - smoothstep(overlayOutlineWidth - 0.5, overlayOutlineWidth + 0.5, pixels));
  }
  color = vec4(shown, opacity);
}`

/** Draws a mask in its colour. */
export const maskShader = (colour: number[]) => shader(vector(colour), 'layer > 0.5', vector(colour))

/** Draws several labels, each voxel in its label's colour; an outline between two of them would be of neither. */
export const labelShader = (colours: number[][]) =>
  shader(colours.reduceRight((rest, colour, index) => `label == ${index + 1} ? ${vector(colour)} : ${rest}`, 'shown'), 'label > 0', 'shown')

/** Draws bands of distance, and the boundary between inside and outside. */
export const bandShader = (bands: Band[]) =>
  shader(bands.reduceRight((rest, band) => `mm < ${band.end.toFixed(1)} ? ${vector(band.colour)} : ${rest}`, 'shown'), 'true', 'vec3(1.0)')
