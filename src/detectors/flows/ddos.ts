import { defineFlowDetector } from '../define-flow-detector.ts';

/** Many callers at once call a pod, service or node far more than is usual there, or hang up without a word. */
export const ddos = defineFlowDetector({
  name: 'ddos',
  watches: ['Pod', 'Service', 'Node'],
  is: 'symptom',
  says: 'is flooded with calls',
});
