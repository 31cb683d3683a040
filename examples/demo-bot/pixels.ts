/** Groups of neighbouring pixels, which both the map stage and the text stage look for. */

export interface Blob {
  x: number;
  y: number;
  width: number;
  height: number;
  pixels: number;
}

/** A plane of small numbers, row by row; 0 is background. */
export interface Mask {
  width: number;
  height: number;
  values: Uint8Array;
}

/** Groups of pixels of one value that touch by an edge, in reading order of their first pixel. */
export function findBlobs(mask: Mask): Array<Blob & { value: number }> {
  const { width, height, values } = mask;
  const isDone = new Uint8Array(values.length);
  const open: number[] = [];
  const found: Array<Blob & { value: number }> = [];
  for (let start = 0; start < values.length; start += 1) {
    const value = values[start] ?? 0;
    if (value === 0 || isDone[start] === 1) continue;
    let [left, right, top, bottom, pixels] = [width, 0, height, 0, 0];
    const visit = (index: number): void => {
      if (values[index] !== value || isDone[index] === 1) return;
      isDone[index] = 1;
      open.push(index);
    };
    visit(start);
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const x = index % width;
      const y = Math.floor(index / width);
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      pixels += 1;
      if (x > 0) visit(index - 1);
      if (x < width - 1) visit(index + 1);
      if (y > 0) visit(index - width);
      if (y < height - 1) visit(index + width);
    }
    found.push({ x: left, y: top, width: right - left + 1, height: bottom - top + 1, pixels, value });
  }
  return found;
}
