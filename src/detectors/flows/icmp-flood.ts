import { defineFlowDetector } from '../define-flow-detector.ts';

/** A pod, service or node gets echo requests in great number. */
export const icmpFlood = defineFlowDetector({
  name: 'icmp-flood',
  watches: ['Pod', 'Service', 'Node'],
  is: 'symptom',
  says: 'is flooded with echo requests',
});
