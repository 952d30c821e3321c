/** Tokens and a request's credentials in, what the sender may see out; for a token bound to one patient, a service in which nothing else exists. */
import type { Resource } from '../core/fhir';
import { createSearchIndex } from '../search/search-index';
import type { SearchIndex } from '../search/types';
import { membersOf } from './compartment';
import { createPageArchive, type PageArchive } from './page-archive';
import type { Service } from './service';
import { createStore, type Store } from './store';

/** Who may see what; without rules everybody sees everything. */
export interface AccessRules {
  /** Tokens with all rights. */
  readonly tokens: readonly string[];
  /** Tokens bound to one patient: token to `Patient/id`. They read only. */
  readonly patientTokens: Readonly<Record<string, string>>;
}

/** Everything, the compartment of one patient (`Patient/id`), or nothing. */
export type Access = 'all' | 'none' | { readonly patient: string };

/** What the rules give to an `Authorization` header: https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export function accessOf(rules: AccessRules, authorization: string | undefined): Access {
  const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return 'none';
  if (rules.tokens.includes(token)) return 'all';
  const patient = Object.hasOwn(rules.patientTokens, token) ? rules.patientTokens[token] : undefined;
  return patient === undefined ? 'none' : { patient };
}

interface View {
  store: Store;
  length: number;
  service: Service;
  archive: PageArchive;
}

const views = new WeakMap<Service, Map<string, View>>();
const wholes = new WeakMap<SearchIndex, SearchIndex>();
/** How many answers of one patient are kept for their page links. */
const KEPT_LISTINGS = 100;

/** The index from which a patient's view was cut; an index that was not cut from any, itself. For faults alone. */
export function wholeIndexOf(index: SearchIndex): SearchIndex {
  return wholes.get(index) ?? index;
}

/**
 * The service as it is for one patient. What cannot be seen is not in its store and not in its index, so that no include, no chain,
 * no `_has` and no total can tell of it: https://hl7.org/fhir/R4/security.html#binding
 */
export function patientView(service: Service, patient: string): Service {
  let ofService = views.get(service);
  if (ofService === undefined) views.set(service, (ofService = new Map<string, View>()));
  const { store } = service;
  const known = ofService.get(patient);
  if (known?.store === store && known.length === store.log.length) return known.service;
  const id = patient.replace(/^Patient\//, '');
  const compartment = service.elements.compartments['Patient'] ?? {};
  const members = membersOf(service, 'Patient', id, Object.keys(compartment));
  const sees = (resource: Resource) => {
    const { resourceType } = resource;
    if (members.has(`${resourceType}/${resource.id}`)) return true;
    if (resourceType === 'Patient') return false;
    // What can belong to patients, but belongs to none (a phantom's study), is everybody's.
    return compartment[resourceType] === undefined || !/"reference":"([^"]*\/)?Patient\//.test(JSON.stringify(resource));
  };
  const visible = new Set(store.all().filter(sees).map((resource) => `${resource.resourceType}/${resource.id}`));
  const index = createSearchIndex(service.definitions, service.base, [], { now: () => Date.parse(service.now()) });
  wholes.set(index, store.index);
  const archive = known?.archive ?? createPageArchive(KEPT_LISTINGS);
  const cut = createStore(index, service.behaviour, store.log.filter((version) => visible.has(`${version.type}/${version.id}`)));
  const view: Service = { ...service, base: service.base, store: cut, archive };
  ofService.set(patient, { store, length: store.log.length, service: view, archive });
  return view;
}
