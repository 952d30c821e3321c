/** A stored image and what is asked of its picture in, a JPEG or PNG file out; undefined where there are no pixels that can be shown. */
import { numberOf, textOf } from '../../dicom/dicomweb-json';
import type { StoredInstance } from './archive';
import { encodeJpeg, encodePng, type GreyImage } from './image-encoders';

export interface Picture {
  /** From 1. */
  readonly frame?: number;
  /** The largest size; the image keeps its proportions. */
  readonly size?: { readonly width: number; readonly height: number };
  /** A part of the source: left, top, width, height in pixels. */
  readonly source?: readonly [number, number, number, number];
}

export const PICTURE_TYPES = ['image/jpeg', 'image/png'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

export function frameCount({ dataSet }: StoredInstance): number {
  return numberOf(dataSet, 'NumberOfFrames') ?? 1;
}

/** The bytes of one frame; undefined where there are none, or they are compressed. */
export function frameOf(instance: StoredInstance, frame: number): Buffer | undefined {
  const { pixels, dataSet } = instance;
  if (pixels === undefined || frame < 1 || frame > frameCount(instance)) return undefined;
  const size = (numberOf(dataSet, 'Rows') ?? 0) * (numberOf(dataSet, 'Columns') ?? 0) * (numberOf(dataSet, 'SamplesPerPixel') ?? 1) * ((numberOf(dataSet, 'BitsAllocated') ?? 8) / 8);
  const bytes = pixels.subarray((frame - 1) * size, frame * size);
  return size > 0 && bytes.length === size ? bytes : undefined;
}

export function render(instance: StoredInstance, type: PictureType, { frame = 1, size, source }: Picture = {}): Buffer | undefined {
  const grey = greyOf(instance, frame);
  if (grey === undefined) return undefined;
  const image = size === undefined && source === undefined ? grey : resized(grey, size ?? grey, source);
  return type === 'image/png' ? encodePng(image) : encodeJpeg(image);
}

/** Stored values through the window to eight bits; colour becomes its mean. */
function greyOf(instance: StoredInstance, frame: number): GreyImage | undefined {
  const { dataSet } = instance;
  const bytes = frameOf(instance, frame);
  const bits = numberOf(dataSet, 'BitsAllocated');
  if (bytes === undefined || (bits !== 8 && bits !== 16)) return undefined;
  const [height, width, samples] = [numberOf(dataSet, 'Rows') ?? 0, numberOf(dataSet, 'Columns') ?? 0, numberOf(dataSet, 'SamplesPerPixel') ?? 1];
  const signed = numberOf(dataSet, 'PixelRepresentation') === 1;
  const stored = (at: number) => (bits === 8 ? (signed ? bytes.readInt8(at) : bytes.readUInt8(at)) : signed ? bytes.readInt16LE(2 * at) : bytes.readUInt16LE(2 * at));
  const values = Float64Array.from({ length: width * height }, (_, at) => (samples === 1 ? stored(at) : (stored(at * 3) + stored(at * 3 + 1) + stored(at * 3 + 2)) / 3));
  const rescaled = dataSet['00281053'] !== undefined;
  const [low, high] = windowOf(values, Number(textOf(dataSet, 'WindowCenter') ?? NaN), Number(textOf(dataSet, 'WindowWidth') ?? NaN), rescaled);
  const inverted = textOf(dataSet, 'PhotometricInterpretation') === 'MONOCHROME1';
  const pixels = Uint8Array.from(values, (value) => {
    const shade = Math.max(0, Math.min(255, Math.round(((value - low) / Math.max(1e-9, high - low)) * 255)));
    return inverted ? 255 - shade : shade;
  });
  return { width, height, pixels };
}

/** The window of the image; its whole range where there is none, or where a rescale would have to come first. */
function windowOf(values: Float64Array, center: number, width: number, rescaled: boolean): [number, number] {
  if (!rescaled && Number.isFinite(center) && width > 0) return [center - width / 2, center + width / 2];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Nearest pixel; within the size asked for, in the source's proportions (PS3.18 section 8.3.5.1.3). */
function resized(image: GreyImage, wanted: { readonly width: number; readonly height: number }, source: Picture['source']): GreyImage {
  const [left, top, across, down] = source ?? [0, 0, image.width, image.height];
  const scale = Math.min(wanted.width / Math.abs(across), wanted.height / Math.abs(down));
  const width = Math.max(1, Math.round(Math.abs(across) * scale));
  const height = Math.max(1, Math.round(Math.abs(down) * scale));
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const fromX = left + Math.floor((across < 0 ? width - 1 - x : x) / scale);
      const fromY = top + Math.floor((down < 0 ? height - 1 - y : y) / scale);
      pixels[y * width + x] = fromX < 0 || fromY < 0 || fromX >= image.width || fromY >= image.height ? 0 : (image.pixels[fromY * image.width + fromX] ?? 0);
    }
  }
  return { width, height, pixels };
}

export function numberOfPixels({ dataSet }: StoredInstance): { width: number; height: number } {
  return { width: numberOf(dataSet, 'Columns') ?? 0, height: numberOf(dataSet, 'Rows') ?? 0 };
}
