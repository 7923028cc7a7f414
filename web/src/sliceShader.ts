/**
 * Draws one plane: the scan, the layer over it, and the layer's outline. The layer's alpha is 1 in its voxels and 0 in all others, and the graphics card
 * interpolates it in between: where it passes one half is the outline, smooth and of the same width at every zoom.
 */
export const sliceShader = `#version 300 es
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
  vec4 layer = overlays > 0.0 ? texture(overlay, texPos) : vec4(0.0);
  vec3 hue = layer.a > 0.0 ? layer.rgb / layer.a : vec3(0.0);
  float pixels = (layer.a - 0.5) / max(fwidth(layer.a), 1e-4);
  shown = mix(shown, hue, overlayAlphaShader * clamp(pixels + 0.5, 0.0, 1.0));
  shown = mix(shown, hue, overlayOutlineWidth > 0.0 ? 1.0 - smoothstep(overlayOutlineWidth - 0.5, overlayOutlineWidth + 0.5, abs(pixels)) : 0.0);
  color = vec4(shown, opacity);
}`
