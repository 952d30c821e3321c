/** The legal variants in, sets of several of them at once out: real servers differ from the reference in many ways, not in one. */
import { seededRandom, type Random } from '../../generate/random';
import type { PlantedRow } from '../../server/planted';

/** What is planted together with legal variants; a variant may be several of them. */
export interface Combination extends PlantedRow {
  /** Ids of all variants of the server. */
  readonly variants: readonly string[];
}

const LEAST = 3;
const MOST = 12;

/** Variants of which a server can have one only: what one says, another denies. */
export const CONTRADICTORY: readonly (readonly string[])[] = [
  // Without versions there is none to name, and none has an id.
  ['unversioned', 'unversioned-with-entity-tags', 'updates-name-their-version', 'changes-name-their-version', 'opaque-version-ids'],
  // "MAY return a HTTP 405 for either POST or GET, but not both": https://hl7.org/fhir/R5/http.html#search
  ['get-search-refused', 'post-search-refused', 'post-criteria-kept-secret'],
  // What is carried out later is not answered as done.
  ['deletes-later', 'delete-with-outcome'],
  // What is there until it is deleted has a history until then.
  ['deletes-later', 'history-goes-with-deletion'],
  // What is deleted is not found: neither denied.
  ['deleted-is-404', 'unknown-is-403'],
  // A search of everything that is answered by an empty set and a warning looks like one of a server that holds nothing.
  ['one-patient-at-a-time', 'errors-in-outcome'],
  // Formats that are declared are given.
  ['json-only', 'formats-by-short-name'],
  // An update of what does not exist is refused because a client chooses no ids, or is none that has a version to name.
  ['update-as-create-refused', 'updates-name-their-version', 'changes-name-their-version'],
];

/**
 * @param rows what may be planted; only variants of the FHIR server are taken
 * @param seed the same seed gives the same combinations, and a larger count the same ones first
 */
export function combinations(rows: readonly PlantedRow[], count: number, seed: number): Combination[] {
  const variants = rows.filter(({ kind, service }) => kind === 'variant' && service === undefined);
  return Array.from({ length: count }, (_, place) => together(variants, seededRandom(seed * 1_000_003 + place))).filter((one) => one !== undefined);
}

function together(variants: readonly PlantedRow[], random: Random): Combination | undefined {
  const wanted = random.between(LEAST, MOST);
  const chosen: PlantedRow[] = [];
  for (let left = [...variants]; left.length > 0 && chosen.length < wanted; ) {
    const next = random.pick(left);
    chosen.push(next);
    left = left.filter(({ id }) => id !== next.id && !contradict(id, next.id));
  }
  // Rules of access are those of the whole server: one guarded variant guards it.
  const [lead] = [...chosen].sort((a, b) => Number(b.guarded === true) - Number(a.guarded === true));
  if (lead === undefined) return undefined;
  const ids = chosen.map(({ id }) => id);
  return { ...lead, id: ids.join(' + '), does: chosen.map(({ does }) => does).join(' '), variants: ids };
}

function contradict(a: string, b: string): boolean {
  return CONTRADICTORY.some((group) => group.includes(a) && group.includes(b));
}
