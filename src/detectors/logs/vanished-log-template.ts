import { defineLogDetector } from '../define-log-detector.ts';

/** A pod no longer writes what it wrote steadily, while it writes other lines. */
export const vanishedLogTemplate = defineLogDetector('vanished-log-template');
