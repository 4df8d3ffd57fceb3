import { z } from 'zod';

/** One network flow as an exporter counted it (NetFlow, IPFIX or a CSV). Instants are epoch milliseconds; addresses are textual. */
export const Flow = z
  .strictObject({
    signal: z.literal('flow'),
    source: z.string().min(1),
    /** When it ended, by the exporter. */
    at: z.number(),
    startAt: z.number(),
    sourceAddress: z.string().min(1),
    destinationAddress: z.string().min(1),
    /** 0 where the protocol has none. */
    sourcePort: z.number().int().min(0).max(65_535),
    destinationPort: z.number().int().min(0).max(65_535),
    /** IANA protocol number: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6. */
    protocol: z.number().int().min(0).max(255),
    bytes: z.number().min(0),
    packets: z.number().min(0),
    /** TCP control bits seen, or-ed: 0x02 SYN, 0x10 ACK, 0x04 RST, 0x01 FIN. */
    tcpFlags: z.number().int().min(0).max(0xffff).optional(),
    /** ICMP type and code as `256 * type + code`. */
    icmpType: z.number().int().min(0).max(0xffff).optional(),
  })
  .readonly();
export type Flow = z.infer<typeof Flow>;
