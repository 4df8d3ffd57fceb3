import type { Flow } from '../../core/model/flow.ts';

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMP_V6 = 58;
const [FIN, SYN, RST, ACK] = [0x01, 0x02, 0x04, 0x10];
/** Echo requests of ICMP and ICMPv6 (IANA). */
const [ECHO, ECHO_V6] = [8, 128];
/** A head without options has 40 bytes, with those of a SYN 60. */
const BARE_BYTES = 60;
/** Opening, closing and some repetition. */
const MOST_BARE = 8;

/** Whether it is of ICMP or ICMPv6. */
export function isIcmp({ protocol }: Flow): boolean {
  return protocol === ICMP || protocol === ICMP_V6;
}

/** Whether it only says that somebody wants to connect. */
export function isSynOnly({ protocol, tcpFlags = 0 }: Flow): boolean {
  return protocol === TCP && (tcpFlags & (SYN | ACK)) === SYN;
}

/**
 * Whether the flow is the answer of the side that was called: told by its flags where they tell, else by which port is the lower one.
 * A flow is one direction, and the answers to a scan look like a scan, too.
 */
export function isReply(flow: Flow): boolean {
  if (isIcmp(flow)) return flow.icmpType !== undefined && Math.floor(flow.icmpType / 256) !== (flow.protocol === ICMP ? ECHO : ECHO_V6);
  if (isSynOnly(flow)) return false;
  const { tcpFlags = 0 } = flow;
  if (flow.protocol === TCP && (tcpFlags & RST) !== 0 && (tcpFlags & (SYN | FIN)) === 0) return true;
  return flow.sourcePort < flow.destinationPort;
}

/** Whether a call got nowhere: nobody answered, or nothing was said. For UDP that cannot be known, so a lonely datagram counts. */
export function isFruitless(flow: Flow): boolean {
  if (isSynOnly(flow)) return true;
  if (flow.protocol !== TCP) return flow.packets <= 1;
  return flow.packets <= MOST_BARE && flow.bytes <= flow.packets * BARE_BYTES;
}

/** Whether it is a call by TCP. */
export function isTcp({ protocol }: Flow): boolean {
  return protocol === TCP;
}

/** How people call a protocol: `tcp`, `udp`, or `protocol 47`. */
export function protocolName(protocol: number): string {
  if (protocol === TCP) return 'tcp';
  return protocol === UDP ? 'udp' : `protocol ${protocol}`;
}
