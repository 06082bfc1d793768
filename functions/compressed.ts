/**
 * Answers go compressed to whoever takes gzip: a page of a list is a tenth of its size then, on a phone's connection and
 * under the 6 MB that Lambda answers at most. CloudFront compresses only what it may keep, and keeps nothing of these.
 */
import contentEncoding from '@middy/http-content-encoding';
import contentNegotiation from '@middy/http-content-negotiation';

export const compressed = () => [
  contentNegotiation({
    parseCharsets: false,
    parseLanguages: false,
    parseMediaTypes: false,
    availableEncodings: ['gzip', 'identity'],
    failOnMismatch: false,
  }),
  contentEncoding(),
];
