/** A reference parameter's values in, what they lead to on the server itself out. */
import type { Resource } from '../../../core/fhir';
import type { ParameterView } from '../../choose/parameter-view';
import type { TestContext } from '../../context';
import { viewOf } from './shape';

/** What a reference leads to. */
export interface Target {
  type: string;
  id: string;
}

/** References to resources of the server itself, by type and id. */
export function localTargets(view: ParameterView, base: string): Target[] {
  const found = view.references.flatMap(({ target }) => (target?.type === undefined || target.id === undefined || (target.base !== undefined && target.base !== base) ? [] : [{ type: target.type, id: target.id }]));
  return [...new Map(found.map((target) => [`${target.type}/${target.id}`, target])).values()];
}

/** Those of the targets whose id another target of another type has too. */
export function ofSeveralTypes(targets: readonly Target[], others: readonly Target[]): Target[] {
  const types = new Map<string, Set<string>>();
  for (const { type, id } of [...targets, ...others]) types.set(id, (types.get(id) ?? new Set<string>()).add(type));
  return targets.filter(({ id }) => (types.get(id)?.size ?? 0) > 1);
}

/** Where a parameter is limited to a type: what else its element points at, read from a parameter without the limit. */
export function otherSubjects(view: ParameterView, context: TestContext): Target[] {
  const sibling = context.definitions.find(view.type, 'subject');
  return sibling === undefined ? [] : localTargets(viewOf(context, view.type, sibling), context.known.index.base);
}

/** The known resources that a parameter refers to. */
export function targetsOf(view: ParameterView, context: TestContext): Resource[] {
  return localTargets(view, context.known.index.base).flatMap(({ type, id }) => context.known.index.get(`${type}/${id}`) ?? []);
}
