/** One element on its way between R4 and R5 in, its values put where they belong out: the steps that the forms are made of. */
import type { ModelElement } from '../core/element-model';
import { isObject } from '../core/json';
import { elementAt, lastOf, remark, valuesOf, type ConvertContext, type Json } from './context';
import { toExtensions } from './cross-version';
import type { Move } from './moves';

/** One element on its way. */
export interface Moving {
  readonly context: ConvertContext;
  readonly move: Move;
  /** The object that holds the element, as it was. */
  readonly source: Json;
  /** The object that is being made. */
  readonly target: Json;
  readonly sourcePath: string;
  readonly targetPath: string;
  readonly targetElement: ModelElement | undefined;
  readonly values: readonly unknown[];
}

export type Way = (moving: Moving) => void;
/** A way each between the versions. */
export interface Form {
  /** R4 to R5. */
  readonly up: Way;
  /** R5 to R4. */
  readonly down: Way;
}

/** Adds values under a property; what is too many for it travels in an extension. */
export function put(moving: Moving, property: string, values: readonly unknown[], many: boolean): void {
  if (values.length === 0) return;
  const { target, context, sourcePath } = moving;
  if (many) {
    target[property] = [...valuesOf(target[property]), ...values];
    return;
  }
  const [first, ...others] = [...valuesOf(target[property]), ...values];
  target[property] = first;
  if (others.length === 0) return;
  const typeName = sourceTypeOf(others[0]);
  // An element that is in both versions has no cross-version extension.
  const isNew = elementAt(context.to, context.resource.resourceType, sourcePath) === undefined;
  const extensions = typeName === undefined || !isNew ? undefined : toExtensions(context, sourcePath, typeName, others);
  carry(moving, extensions, `Only one value fits; ${others.length} more`);
}

/** Puts extensions on the target, or says that the values are lost. */
function carry({ context, target, sourcePath }: Moving, extensions: Json[] | undefined, what: string): void {
  if (extensions === undefined) return remark(context, 'lost', sourcePath, `${what} are lost.`);
  target.extension = [...valuesOf(target.extension), ...extensions];
  remark(context, 'extension', sourcePath, `${what} travel in an extension.`);
}

function sourceTypeOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  if ('reference' in value && !isObject(value.reference)) return 'Reference';
  return 'coding' in value || 'text' in value ? 'CodeableConcept' : undefined;
}

/** Whether the element has room for several. */
export const toMany = ({ targetElement }: Moving) => targetElement?.max !== '1';
/** Changes value by value; what `change` gives nothing for is left out. */
export const each = (change: (value: unknown, moving: Moving) => unknown): Way => (moving) => {
  const values = moving.values.flatMap((value) => change(value, moving) ?? []);
  put(moving, lastOf(moving.targetPath), values, toMany(moving));
};

/** The one coding that R4 has room for. */
export function codingOf(concept: unknown, { context, sourcePath }: Moving): unknown {
  const { coding, text, ...rest } = isObject(concept) ? concept : {};
  const [first, ...others] = valuesOf(coding);
  if (first === undefined) {
    if (typeof text !== 'string') return undefined;
    remark(context, 'nearest', sourcePath, `A concept of text alone ("${text}") became the display of a coding.`);
    return { display: text };
  }
  const lost = [...(others.length > 0 ? [`${others.length} more codings`] : []), ...(text === undefined ? [] : [`the text "${shown(text)}"`]), ...Object.keys(rest)];
  if (lost.length > 0) remark(context, 'lost', sourcePath, `A Coding has no room for ${lost.join(', ')}.`);
  return first;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A part of a CodeableReference; the other part goes elsewhere or is lost. */
export function part(name: 'concept' | 'reference'): Way {
  return each((value, { context, sourcePath }) => {
    const { concept, reference } = isObject(value) ? value : {};
    const other = name === 'concept' ? reference : concept;
    if (other !== undefined) remark(context, 'lost', sourcePath, `There is no place for the ${name === 'concept' ? 'reference' : 'concept'} of a CodeableReference.`);
    return name === 'concept' ? concept : reference;
  });
}

/** Codes that mean the same either way; where the way back would lead elsewhere, it is said. */
export function recode(moving: Moving, there: (code: string) => string | undefined, back: (code: string) => string | undefined): void {
  const { context, target, targetPath, sourcePath, values } = moving;
  for (const value of values) {
    const code = String(value);
    const meant = there(code);
    if (meant === undefined) {
      remark(context, 'not-converted', sourcePath, `"${code}" is no code of this element.`);
      continue;
    }
    target[lastOf(targetPath)] = meant;
    if (back(meant) === code) continue;
    remark(context, 'lost', sourcePath, `"${code}" became "${meant}", the nearest code that the other version has.`);
  }
}

/** R4's code to R5's, by the row. */
export const upCode = ({ move }: Moving) => (code: string) => move.codes?.[code];
/** R5's code to R4's, the nearest where there is none. */
export const downCode = ({ move }: Moving) => (code: string) => Object.entries(move.codes ?? {}).find(([, other]) => other === code)?.[0] ?? move.nearest?.[code];
