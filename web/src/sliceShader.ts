import { bytesPerMillimetre, labelStep, type Band } from './layers'

const vector = (colour: number[]) => `vec3(${colour.map((value) => (value / 255).toFixed(4)).join(', ')})`

const begin = `#version 300 es
precision highp int;
precision highp float;
uniform highp sampler3D volume;
uniform highp sampler3D overlay;
uniform float overlays;
uniform float opacity;
uniform float overlayAlphaShader;
uniform float overlayOutlineWidth;
in vec3 texPos;
out vec4 color;`

// The fill is drawn where "isFilled", and the outline where the layer passes its middle: smooth, and of the same width at every zoom.
const shader = (hue: string, isFilled: string, line: string) => `${begin}
void main() {
  vec3 shown = texture(volume, texPos).rgb;
  float layer = texture(overlay, texPos).r;
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

/**
 * Draws several labels, each voxel in its label's colour, and each label's outline where it has half of what lies between the middles of voxels. Where two touch,
 * each has its own side of the line.
 */
export const labelShader = (colours: number[][]) => `${begin}
const vec3 colours[${colours.length}] = vec3[${colours.length}](${colours.map(vector).join(', ')});
int labelAt(ivec3 voxel) {
  return int(texelFetch(overlay, clamp(voxel, ivec3(0), textureSize(overlay, 0) - 1), 0).r * 255.0 / ${labelStep.toFixed(1)} + 0.5);
}
void main() {
  vec3 shown = texture(volume, texPos).rgb;
  vec3 place = texPos * vec3(textureSize(overlay, 0)) - 0.5;
  ivec3 corner = ivec3(floor(place));
  vec3 part = place - floor(place);
  int labels[8];
  float weights[8];
  for (int i = 0; i < 8; i++) {
    ivec3 side = ivec3(i & 1, (i >> 1) & 1, i >> 2);
    vec3 weight = mix(1.0 - part, part, vec3(side));
    labels[i] = labelAt(corner + side);
    weights[i] = weight.x * weight.y * weight.z;
  }
  vec3 line = shown;
  float drawn = 0.0;
  bool isOwn = false;
  for (int number = 1; number <= ${colours.length}; number++) {
    float share = 0.0;
    for (int i = 0; i < 8; i++) share += labels[i] == number ? weights[i] : 0.0;
    float pixels = abs(share - 0.5) / max(fwidth(share), 1e-5);
    float cover = 1.0 - smoothstep(overlayOutlineWidth - 0.5, overlayOutlineWidth + 0.5, pixels);
    if (isOwn || cover <= 0.0 || (share < 0.5 && cover <= drawn)) continue;
    isOwn = share >= 0.5;
    drawn = cover;
    line = colours[number - 1];
  }
  if (overlays > 0.0) {
    int label = labelAt(ivec3(floor(place + 0.5)));
    if (label > 0) shown = mix(shown, colours[label - 1], overlayAlphaShader);
    if (overlayOutlineWidth > 0.0) shown = mix(shown, line, drawn);
  }
  color = vec4(shown, opacity);
}`

/** Draws bands of distance, and the boundary between inside and outside. */
export const bandShader = (bands: Band[]) =>
  shader(bands.reduceRight((rest, band) => `mm < ${band.end.toFixed(1)} ? ${vector(band.colour)} : ${rest}`, 'shown'), 'true', 'vec3(1.0)')
