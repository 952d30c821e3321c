/** What a comparison of two packages says: changes, each with its direction and whom it breaks. */

/** How something changed; the mirror is what the comparison the other way round says. */
export const CHANGE_KINDS = {
  added: { mirror: 'removed', meaning: 'It is new.' },
  removed: { mirror: 'added', meaning: 'It is gone.' },
  tightened: { mirror: 'loosened', meaning: 'Less is allowed than before, or more is demanded.' },
  loosened: { mirror: 'tightened', meaning: 'More is allowed than before, or less is demanded.' },
  changed: { mirror: 'changed', meaning: 'It is another one; neither includes the other.' },
} as const;
export type ChangeKind = keyof typeof CHANGE_KINDS;

/** Who can be broken by a change. */
export const PARTIES = {
  producers: 'who write resources: what they write today may no longer be valid',
  consumers: 'who read resources or call a server: what they rely on may no longer come',
  servers: 'who implement the guide as a server: what is demanded of them is more, or other',
} as const;
export type Party = keyof typeof PARTIES;

type Breaks = { readonly label: string } & Partial<Record<ChangeKind, readonly Party[]>>;

const DATA = { tightened: ['producers'], loosened: ['consumers'], changed: ['producers', 'consumers'] } as const;
const INTERFACE = { added: [], removed: ['consumers'], changed: ['servers', 'consumers'] } as const;

/** What can change, and whom each kind of change of it breaks; a kind that is not named breaks nobody. */
export const ASPECTS = {
  fhirVersion: { label: 'FHIR version', changed: ['producers', 'consumers', 'servers'] },
  dependency: { label: 'dependency' },
  profile: { label: 'structure definition', removed: ['producers', 'consumers'] },
  terminology: { label: 'terminology', removed: ['producers', 'consumers'] },
  interface: { label: 'definition of an interface', removed: ['servers', 'consumers'] },
  artifact: { label: 'artifact' },
  example: { label: 'example' },
  base: { label: 'base', changed: ['producers', 'consumers'] },
  status: { label: 'status' },
  context: { label: 'where the extension may stand', ...DATA },
  element: { label: 'element', removed: ['producers', 'consumers'] },
  slice: { label: 'optional slice' },
  requiredSlice: { label: 'required slice', added: ['producers'], removed: ['consumers'] },
  min: { label: 'minimum', ...DATA },
  max: { label: 'maximum', ...DATA },
  type: { label: 'types', ...DATA },
  typeProfile: { label: 'profiles of the type', ...DATA },
  target: { label: 'reference targets', ...DATA },
  strength: { label: 'binding strength', ...DATA },
  valueSet: { label: 'bound value set', ...DATA },
  fixed: { label: 'fixed value', ...DATA },
  pattern: { label: 'pattern', ...DATA },
  range: { label: 'range or length of values', ...DATA },
  mustSupport: { label: 'must-support', tightened: ['producers', 'consumers'], loosened: ['consumers'] },
  modifier: { label: 'modifier element', changed: ['consumers'] },
  slicingRules: { label: 'slicing rules', ...DATA },
  slicing: { label: 'slicing', changed: ['producers', 'consumers'] },
  invariant: { label: 'invariant', ...DATA },
  warning: { label: 'warning-only invariant' },
  codes: { label: 'codes', ...DATA },
  search: { label: 'search', ...INTERFACE },
  requirement: { label: 'requirement on servers', added: ['servers'], removed: ['consumers'], tightened: ['servers'], loosened: ['consumers'], changed: ['servers', 'consumers'] },
  recommendation: { label: 'recommendation to servers' },
  clientRequirement: { label: 'requirement on clients', added: ['consumers'], tightened: ['consumers'], changed: ['consumers'] },
  parameter: { label: 'operation parameter', ...INTERFACE, tightened: ['consumers'], loosened: ['servers'] },
  requiredParameter: { label: 'required operation parameter', added: ['consumers'], removed: ['servers'], changed: ['servers', 'consumers'] },
  content: { label: 'content' },
} as const satisfies Record<string, Breaks>;
export type Aspect = keyof typeof ASPECTS;

/** The values of something that changed, as text. */
export interface ChangedValues {
  readonly before?: string;
  readonly after?: string;
  /** What a set gained or lost. */
  readonly items?: readonly string[];
}

/** A change inside an artifact. */
export interface Difference extends ChangedValues {
  readonly kind: ChangeKind;
  readonly aspect: Aspect;
  /** Element id, invariant key, parameter: what in the artifact it is about; absent for the artifact as a whole. */
  readonly at?: string;
}

export interface Change extends Difference {
  /** `StructureDefinition/id`; `package` for what package.json says. */
  readonly artifact: string;
  /** Nobody: an empty list. */
  readonly breaks: readonly Party[];
}

/** Whom a change breaks, by the table. */
export function partiesBroken({ aspect, kind }: Pick<Difference, 'aspect' | 'kind'>): readonly Party[] {
  return (ASPECTS[aspect] as Breaks)[kind] ?? [];
}

/** The same change seen from the other side. */
export function mirrored<T extends Difference>({ before, after, ...rest }: T): Omit<T, 'before' | 'after'> & ChangedValues {
  return { ...rest, kind: CHANGE_KINDS[rest.kind].mirror, ...(after !== undefined && { before: after }), ...(before !== undefined && { after: before }) };
}
