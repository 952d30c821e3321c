/** Demands and resources with what they refer to in, a small selection that meets all demands out: the greedy cover of weighted sets. */
import type { Demand } from './demands';

export interface Selection {
  /** `Type/id` of what is there or was selected, with all that it refers to. */
  readonly chosen: ReadonlySet<string>;
  /** Selects until every demand holds something that is chosen; demands that nothing on offer meets are left. */
  meet(demands: readonly Demand[]): void;
}

/**
 * @param had `Type/id` of what is there anyway
 * @param closures each resource on offer, with itself and all that it leads to
 */
export function createSelection(had: Iterable<string>, closures: ReadonlyMap<string, readonly string[]>): Selection {
  const chosen = new Set(had);
  const add = (reference: string) => {
    for (const member of closures.get(reference) ?? []) chosen.add(member);
  };
  return {
    chosen,
    meet(demands) {
      let open = demands.filter((demand) => ![...demand].some((reference) => chosen.has(reference)));
      while (open.length > 0) {
        const best = bestOf(open, chosen, closures);
        if (best === undefined) return;
        add(best);
        open = open.filter((demand) => ![...demand].some((reference) => chosen.has(reference)));
      }
    },
  };
}

/** The resource that meets the most demands for what it brings along; the first of equals. */
function bestOf(demands: readonly Demand[], chosen: ReadonlySet<string>, closures: ReadonlyMap<string, readonly string[]>): string | undefined {
  const met = new Map<string, number>();
  for (const demand of demands) for (const reference of demand) if (closures.has(reference)) met.set(reference, (met.get(reference) ?? 0) + 1);
  let best: { reference: string; worth: number } | undefined;
  for (const [reference, count] of met) {
    const cost = (closures.get(reference) ?? []).filter((member) => !chosen.has(member)).length;
    const worth = count / Math.max(1, cost);
    if (best === undefined || worth > best.worth) best = { reference, worth };
  }
  return best?.reference;
}
