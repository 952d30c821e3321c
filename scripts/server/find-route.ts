/** Method and path in, the row of the route table that serves them out. */
import { Refusal } from './refusal';
import type { Route } from './service';

export interface RouteMatch {
  route: Route;
  type: string;
  id: string;
  versionId: string;
  target: string;
}

/**
 * The row for a method and a path below the base.
 * @throws Refusal 404 for a path that no row knows, 405 with `Allow` for a method that the path does not take
 */
export function findRoute(routes: readonly Route[], method: string, path: string, isType: (name: string) => boolean): RouteMatch {
  // "Servers SHALL support both forms", with and without a trailing slash: https://hl7.org/fhir/R4/http.html#root
  const segments = path.split('/').filter((segment) => segment !== '');
  const type = segments[0];
  if (type !== undefined && type !== 'metadata' && !/^[_$]/.test(type) && !isType(type)) throw new Refusal(404, 'not-supported', `There is no resource type "${type}"; types are written like ImagingStudy.`);
  const here = routes.filter((route) => fits(route.path, segments));
  const template = here.map((route) => route.path).sort((a, b) => names(a) - names(b))[0];
  const rows = here.filter((route) => route.path === template);
  if (template === undefined) throw new Refusal(404, segments.some((segment) => segment.startsWith('$')) ? 'not-supported' : 'not-found', `This server has nothing at "${path}"; see /metadata.`);
  // "Anywhere that a GET request can be used, a HEAD request is also allowed": http.html#head
  const route = rows.find((row) => row.method === (method === 'HEAD' ? 'GET' : method));
  const allowed = rows.flatMap((row) => (row.method === 'GET' ? ['GET', 'HEAD'] : [row.method]));
  if (route === undefined) throw new Refusal(405, 'not-supported', `${method} is not for "${path}"; it takes ${allowed.join(', ')}.`, { headers: { allow: allowed.join(', ') } });
  const value = (name: string) => segments[route.path.split('/').slice(1).indexOf(`:${name}`)] ?? '';
  return { route, type: value('type'), id: value('id'), versionId: value('versionId'), target: value('target') };
}

/** A named segment takes no `_search`, `_history` or `$operation`; `metadata` is no type. */
function fits(template: string, segments: readonly string[]): boolean {
  const parts = template.split('/').filter((part) => part !== '');
  return parts.length === segments.length && parts.every((part, position) => {
    const segment = segments[position] ?? '';
    return part.startsWith(':') ? !/^[_$]/.test(segment) && (position > 0 || segment !== 'metadata') : part === segment;
  });
}

function names(template: string): number {
  return template.split(':').length;
}
