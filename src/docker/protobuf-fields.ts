/** A field of a protobuf message: a number, or the bytes of a text or of a message within. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** What should have been a protobuf message ends too early or has a field of no known kind. */
class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** Reads a message by the wire format alone: who asks knows the numbers that it wants, and skips what a newer engine adds. */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const reader = { message, offset: 0 };
  while (reader.offset < message.length) {
    const key = Number(readVarint(reader));
    const number = key >>> 3;
    switch (key & 7) {
      case 0:
        yield { number, value: readVarint(reader) };
        break;
      case 1:
        yield { number, value: readBytes(reader, 8) };
        break;
      case 2:
        yield { number, value: readBytes(reader, Number(readVarint(reader))) };
        break;
      case 5:
        yield { number, value: readBytes(reader, 4) };
        break;
      default:
        throw new MalformedMessage(`field ${number} is of an unknown kind`);
    }
  }
}

interface Reader {
  readonly message: Uint8Array;
  offset: number;
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.message[reader.offset];
    if (byte === undefined) break;
    reader.offset += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new MalformedMessage('a number does not end');
}

function readBytes(reader: Reader, length: number): Uint8Array {
  const end = reader.offset + length;
  if (end > reader.message.length) throw new MalformedMessage('the message is cut off');
  const bytes = reader.message.subarray(reader.offset, end);
  reader.offset = end;
  return bytes;
}
