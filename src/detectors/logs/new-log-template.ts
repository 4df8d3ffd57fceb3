import { defineLogDetector } from '../define-log-detector.ts';

/** A pod wrote an error of a kind that no pod wrote before. */
export const newLogTemplate = defineLogDetector('new-log-template');
