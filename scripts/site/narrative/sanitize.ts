/** HTML that somebody wrote in, HTML that runs nothing and loads nothing from elsewhere out; links can be rewritten on the way. */
import sanitizeHtml from 'sanitize-html';
import { markup, type Html } from '../html';

const SVG_TAGS = ['svg', 'g', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan', 'title', 'desc', 'defs', 'marker', 'linearGradient', 'stop', 'use', 'symbol'];
const SVG_ATTRIBUTES = ['viewBox', 'xmlns', 'd', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'width', 'height', 'points', 'fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'transform', 'text-anchor', 'font-size', 'font-family', 'font-weight', 'opacity', 'markerWidth', 'markerHeight', 'refX', 'refY', 'orient', 'marker-end', 'marker-start', 'offset', 'stop-color', 'textLength', 'lengthAdjust', 'dx', 'dy', 'preserveAspectRatio', 'fill-opacity', 'role'];
const TAGS = [
  ...['a', 'abbr', 'address', 'article', 'aside', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col', 'colgroup', 'dd', 'del', 'details', 'dfn', 'div', 'dl', 'dt', 'em'],
  ...['figcaption', 'figure', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'main', 'mark', 'nav', 'ol', 'p', 'pre', 'q', 's', 'samp', 'section', 'small'],
  ...['span', 'strike', 'strong', 'sub', 'summary', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr'],
];

/** Style properties that lay text out; none can load anything. */
const LENGTH = /^-?[\d.]+(px|em|rem|%|pt|cm|mm|vw)?$/;
const WORD = /^[\w-]+( [\w-]+)*$/;
const SPACING = /^(-?[\d.]+(px|em|rem|%|pt)?|auto)( (-?[\d.]+(px|em|rem|%|pt)?|auto)){0,3}$/;
const STYLES = {
  '*': {
    'text-align': [WORD], 'vertical-align': [WORD], 'font-weight': [WORD], 'font-style': [WORD], 'text-decoration': [WORD], 'white-space': [WORD], float: [WORD], clear: [WORD], display: [/^(none|block|inline|inline-block|table|table-cell)$/],
    width: [LENGTH], height: [LENGTH], 'max-width': [LENGTH], 'min-width': [LENGTH], margin: [SPACING], 'margin-left': [SPACING], 'margin-right': [SPACING], 'margin-top': [SPACING], 'margin-bottom': [SPACING], padding: [SPACING], 'padding-left': [SPACING],
    'list-style-type': [WORD], 'border-collapse': [WORD],
  },
};

export interface SanitizeOptions {
  /** Gives the address to write instead of the one found; undefined leaves it. */
  readonly link?: (href: string) => string | undefined;
  /** Prefix of the ids inside, so that a narrative's anchors do not meet the page's own. */
  readonly idPrefix?: string;
  /** How far headings move down: 1 makes an h2 an h3. */
  readonly headingShift?: number;
}

const OUTSIDE = /^[a-z][a-z0-9+.-]*:|^\/\//i;

/** Scripts, event handlers, frames, forms and images from elsewhere are taken out. */
export function sanitize(text: string, { link, idPrefix = '', headingShift = 0 }: SanitizeOptions = {}): Html {
  const onLink = (tagName: string, attribs: sanitizeHtml.Attributes) => {
    const rewritten = attribs.href === undefined ? undefined : idPrefix !== '' && attribs.href.startsWith('#') ? `#${idPrefix}${attribs.href.slice(1)}` : link?.(attribs.href);
    const { name, ...rest } = attribs;
    // HTML 4 put anchors into `name`.
    const id = attribs.id ?? name;
    return { tagName, attribs: { ...rest, ...(id === undefined ? {} : { id: `${idPrefix}${id}` }), ...(rewritten === undefined ? {} : { href: rewritten }) } };
  };
  const onHeading = (tagName: string, attribs: sanitizeHtml.Attributes) => ({ tagName: `h${Math.min(6, Math.max(2, Number(tagName[1]) + headingShift))}`, attribs: prefixed(attribs) });
  const prefixed = (attribs: sanitizeHtml.Attributes) => (attribs.id === undefined || idPrefix === '' ? attribs : { ...attribs, id: `${idPrefix}${attribs.id}` });
  return markup(
    sanitizeHtml(text, {
      allowedTags: [...TAGS, ...SVG_TAGS],
      allowedAttributes: {
        '*': ['id', 'class', 'title', 'lang', 'dir', 'style', 'aria-*', 'role', 'data-*', ...SVG_ATTRIBUTES],
        a: ['href', 'id', 'target', 'rel', 'download'],
        img: ['src', 'alt', 'width', 'height', 'loading'],
        td: ['colspan', 'rowspan', 'headers', 'align', 'valign'],
        th: ['colspan', 'rowspan', 'scope', 'headers', 'align', 'valign'],
        ol: ['start', 'type', 'reversed'],
        li: ['value'],
        details: ['open'],
        time: ['datetime'],
        use: ['href'],
      },
      allowedStyles: STYLES,
      allowedSchemes: ['http', 'https', 'mailto', 'tel', 'ftp', 'urn'],
      allowedSchemesByTag: { img: ['data'], use: [] },
      allowProtocolRelative: false,
      disallowedTagsMode: 'discard',
      parser: { lowerCaseAttributeNames: false, lowerCaseTags: true },
      transformTags: {
        a: onLink,
        ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((tag) => [tag, onHeading])),
        '*': (tagName: string, attribs: sanitizeHtml.Attributes) => ({ tagName, attribs: prefixed(attribs) }),
        img: (tagName: string, attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag => {
          const { src, ...rest } = attribs;
          if (src !== undefined && OUTSIDE.test(src) && !src.startsWith('data:')) return { tagName: 'span', attribs: { class: 'left-out' }, text: `(image not loaded: ${src})` };
          return { tagName, attribs: { alt: '', ...rest, ...(src === undefined ? {} : { src }) } };
        },
      },
    }),
  );
}
