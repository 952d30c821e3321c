/** Declared, echoed, done: the sentence on the screen, the table on the page, the rows in the file. */
import { honestySentence } from '../../scripts/report/honesty';
import { honestyView } from '../../scripts/report/html/honesty-view';
import { renderHtml } from '../../scripts/report/html/render';
import { jsonPieces } from '../../scripts/report/json';
import { parseReport } from '../../scripts/report/read-report';
import { SAMPLE_HONESTY, sampleRun } from './sample-run';

test('the sentence counts what could be tried and names what does not agree', () => {
  const sentence = honestySentence({ honesty: SAMPLE_HONESTY });
  expect(sentence).toMatch(/^Of 4 declared search parameters that could be tried 1 do what they should; without effect: ImagingStudy\.bodysite; not right: ImagingStudy\.reason; absent from the self link: ImagingStudy\.started; working without being declared: /);
  expect(honestySentence({ honesty: SAMPLE_HONESTY.slice(0, 1) })).toBe('Of 1 declared search parameters that could be tried 1 do what they should.');
  expect(honestySentence({ honesty: [] })).toBeUndefined();
  expect(honestySentence({})).toBeUndefined();
});

test('more names than fit are counted', () => {
  const rows = Array.from({ length: 7 }, (_, index) => ({ ...SAMPLE_HONESTY[1]!, name: `p${index}` }));
  expect(honestySentence({ honesty: rows })).toContain('without effect: ImagingStudy.p0, ImagingStudy.p1, ImagingStudy.p2, ImagingStudy.p3 and 3 more.');
});

test('the page shows what does not agree, and folds the rest', () => {
  const view = honestyView(sampleRun());
  expect(view?.open?.rows.map(({ name }) => name).slice(0, 3)).toEqual(['bodysite', 'started', 'reason']);
  expect(view?.open?.rows.at(-1)?.cells.map(({ text }) => text)).toEqual(['yes', 'does not apply', 'does not apply', 'no']);
  expect(view?.folded.map(({ caption }) => caption)).toEqual(['As declared (2)', 'Declared, and not tried: no data, or no test (1)']);
  const page = renderHtml(sampleRun());
  expect(page).toContain('<caption>Not as it is declared (5)</caption>');
  expect(page.split('<table class="honesty">').length - 1).toBe(3);
  expect(renderHtml({ ...sampleRun(), honesty: [] })).not.toContain('Declared, echoed, done');
});

test('the rows go into report.json and come back as they were', () => {
  expect(parseReport([...jsonPieces(sampleRun())].join(''), 'report.json').honesty).toEqual(SAMPLE_HONESTY);
});
