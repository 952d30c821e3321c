/** Probes of the faults of compartments, of includes and of parts of resources: with the fault the answer is wrong, without it right. */
import { BASE, linkOf, resourceOf, type Client } from './client';
import { after, found, page, type Probe, type Row } from './fault-probes';

/** An organization within another, which performs what is ordered for s1; and labels on a study. */
const prepared = (probe: Probe): Probe => after((client: Client) => {
  client.send('PUT', 'Organization/o1', { resourceType: 'Organization', id: 'o1', name: 'One' });
  client.send('PUT', 'Organization/o2', { resourceType: 'Organization', id: 'o2', name: 'Two', partOf: { reference: 'Organization/o1' } });
  client.send('PUT', 'ServiceRequest/r1', { resourceType: 'ServiceRequest', id: 'r1', status: 'active', intent: 'order', subject: { reference: 'Patient/p1' }, performer: [{ reference: 'Organization/o2' }] });
  client.send('PUT', 'ImagingStudy/s2', { ...resourceOf(client.send('GET', 'ImagingStudy/s2')), meta: { security: [{ code: 'R' }], tag: [{ code: 'teaching' }] } });
}, probe);
const hers = (probe: Probe): Probe => after((client) => client.send('PUT', 'ImagingStudy/s6', { resourceType: 'ImagingStudy', id: 's6', status: 'available', subject: { reference: 'Patient/p1' } }), probe);
const partOf = (url: string) => (client: Client) => client.bundle(url).entry?.[0]?.resource as { meta?: { tag?: { code: string }[]; security?: { code: string }[] }; series?: object[] } | undefined;
const ITERATED = 'ImagingStudy?_id=s1&_include=ImagingStudy:basedon&_include:iterate=ServiceRequest:performer&_include:iterate=Organization:partof';

export const ANSWER_PROBES: Readonly<Record<string, Row>> = {
  'compartment-ignored': [found('Patient/p1/ImagingStudy?status=available'), 's1', 's1 s2 s4'],
  'compartment-criteria-ignored': [hers(found('Patient/p1/ImagingStudy?modality=SR')), 's1', 's1 s6'],
  'compartment-next-leaves': [hers(found('Patient/p1/ImagingStudy?_count=1')), 's1 s6', 's1 s1 s2 s3 s4 s5 s6'],
  'other-patient-compartment': [(client) => client.send('GET', 'Patient/p2/ImagingStudy', undefined, { authorization: 'Bearer one' }).body.includes('"id":"s2"'), false, true],
  'next-loses-common': [found('ImagingStudy?_id=s1,s5&_count=1'), 's1 s5', 's1 s2 s3 s4 s5'],
  'post-include-ignored': [(client) => (JSON.parse(client.post('ImagingStudy/_search', '_id=s1&_include=ImagingStudy:patient').body) as { entry: unknown[] }).entry.length, 2, 1],
  'include-wildcard-subject-only': [page('ImagingStudy?_id=s1&_include=*'), 's1 match, r1 include, e1 include, e2 include, p1 include, pr1 include', 's1 match, p1 include'],
  'include-target-type-ignored': [page('ImagingStudy?_id=s1,s3&_include=ImagingStudy:subject:Group'), 's1 match, s3 match, p1 include', 's1 match, s3 match, p1 include, p1 include'],
  'include-relative-only': [
    after((client) => client.send('PUT', 'ImagingStudy/s9', { resourceType: 'ImagingStudy', id: 's9', status: 'available', subject: { reference: `${BASE}/Patient/p1` } }), page('ImagingStudy?_id=s9&_include=ImagingStudy:patient')),
    's9 match, p1 include',
    's9 match',
  ],
  'include-iterate-once': [prepared(page(ITERATED)), 's1 match, r1 include, o2 include, o1 include', 's1 match, r1 include, o2 include'],
  'summary-keeps-inner': [(client) => 'instance' in (partOf('ImagingStudy?_id=s1&_summary=true')(client)?.series?.[0] ?? {}), false, true],
  'revinclude-whoever-refers': [page('Patient?_id=p1&_revinclude=ImagingStudy:patient'), 'p1 match, s1 include', 'p1 match, s1 include, s2 include'],
  'elements-cut-included': [(client) => client.bundle('ImagingStudy?_id=s1&_elements=status&_include=ImagingStudy:patient').entry?.map(({ resource }) => 'name' in (resource ?? {})), [false, true], [false, false]],
  'subset-loses-labels': [prepared((client) => [partOf('ImagingStudy?_id=s2&_summary=true')(client)?.meta].map((meta) => [meta?.tag?.map(({ code }) => code), meta?.security?.map(({ code }) => code)])), [[['teaching', 'SUBSETTED'], ['R']]], [[['SUBSETTED'], undefined]]],
  'next-loses-subset': [(client) => 'started' in (partOf(String(linkOf(client.bundle('ImagingStudy?_count=1&_elements=identifier'), 'next')))(client) ?? {}), false, true],
};
