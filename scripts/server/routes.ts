/** The route table: method and path template to handler and to what the CapabilityStatement declares. */
import { transactionOrBatch } from './handlers/bundle';
import { instanceHistory, systemHistory, typeHistory } from './handlers/history';
import { metadata } from './handlers/metadata';
import { conditionalPatch, patch } from './handlers/patch';
import { read, vread } from './handlers/read';
import { conditionalRemove, remove } from './handlers/remove';
import { searchCompartment, searchCompartmentByPost, searchSystem, searchSystemByPost, searchType, searchTypeByPost } from './handlers/search';
import { conditionalUpdate, create, update } from './handlers/write';
import type { Route } from './service';

const reads = { writes: false } as const;
const writes = { writes: true } as const;

/** https://hl7.org/fhir/R4/http.html#summary */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/metadata', level: 'system', ...reads, handler: metadata },
  { method: 'POST', path: '/', level: 'system', interaction: ['transaction', 'batch'], ...writes, handler: transactionOrBatch },
  { method: 'GET', path: '/', level: 'system', interaction: ['search-system'], ...reads, handler: searchSystem },
  { method: 'POST', path: '/_search', level: 'system', interaction: ['search-system'], ...reads, handler: searchSystemByPost },
  { method: 'GET', path: '/_history', level: 'system', interaction: ['history-system'], ...reads, handler: systemHistory },
  { method: 'GET', path: '/:type', level: 'type', interaction: ['search-type'], ...reads, handler: searchType },
  { method: 'POST', path: '/:type/_search', level: 'type', interaction: ['search-type'], ...reads, handler: searchTypeByPost },
  { method: 'POST', path: '/:type', level: 'type', interaction: ['create'], ...writes, handler: create },
  { method: 'PUT', path: '/:type', level: 'type', ...writes, handler: conditionalUpdate },
  { method: 'PATCH', path: '/:type', level: 'type', ...writes, handler: conditionalPatch },
  { method: 'DELETE', path: '/:type', level: 'type', ...writes, handler: conditionalRemove },
  { method: 'GET', path: '/:type/_history', level: 'type', interaction: ['history-type'], ...reads, handler: typeHistory },
  { method: 'GET', path: '/:type/:id', level: 'instance', interaction: ['read'], ...reads, handler: read },
  { method: 'PUT', path: '/:type/:id', level: 'instance', interaction: ['update'], ...writes, handler: update },
  { method: 'PATCH', path: '/:type/:id', level: 'instance', interaction: ['patch'], ...writes, handler: patch },
  { method: 'DELETE', path: '/:type/:id', level: 'instance', interaction: ['delete'], ...writes, handler: remove },
  { method: 'GET', path: '/:type/:id/_history', level: 'instance', interaction: ['history-instance'], ...reads, handler: instanceHistory },
  { method: 'GET', path: '/:type/:id/_history/:versionId', level: 'instance', interaction: ['vread'], ...reads, handler: vread },
  { method: 'POST', path: '/:type/:id/_search', level: 'instance', ...reads, handler: (service, call) => searchCompartmentByPost(service, { ...call, target: '*' }) },
  { method: 'GET', path: '/:type/:id/:target', level: 'instance', ...reads, handler: searchCompartment },
  { method: 'POST', path: '/:type/:id/:target/_search', level: 'instance', ...reads, handler: searchCompartmentByPost },
];
