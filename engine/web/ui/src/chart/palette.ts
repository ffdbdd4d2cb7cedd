// SPDX-License-Identifier: MIT
// Colours of the canvas come from the same tokens as the page's.

let cache = new Map<string, string>();
if (typeof addEventListener === 'function')
  addEventListener('themechange', () => {
    cache = new Map();
  });

export function color(token: string): string {
  let value = cache.get(token);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement)
      .getPropertyValue('--' + token)
      .trim();
    cache.set(token, value);
  }
  return value;
}

const rgb = (hex: string): [number, number, number] => {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
};

export const alpha = (token: string, a: number): string => `rgba(${rgb(color(token)).join(',')},${a})`;

/** Colour of a heat cell: (count / full scale)^0.42 over the seven stops. */
export function heatColors(): (share: number) => string {
  const stops = [0, 1, 2, 3, 4, 5, 6].map((i) => rgb(color('heat-' + i)));
  return (share) => {
    const f = Math.min(0.9999, share ** 0.42) * 5.4 + 0.6;
    const i = Math.floor(f);
    const a = stops[i] as [number, number, number];
    const b = stops[Math.min(6, i + 1)] as [number, number, number];
    return `rgb(${a.map((x, j) => Math.round(x + ((b[j] as number) - x) * (f - i))).join(',')})`;
  };
}

export const font = (weight: number, size = 11): string => `${weight} ${size}px ${color('sans')}`;

let ruler: CanvasRenderingContext2D | null = null;
export function measure(text: string, weight = 500, size = 11): number {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return text.length * 6;
  ruler.font = font(weight, size);
  return ruler.measureText(text).width;
}
