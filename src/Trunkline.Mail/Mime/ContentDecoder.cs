using System.Buffers;
using MimeKit;
using MimeKit.Encodings;

namespace Trunkline.Mail.Mime;

/// <summary>Decodes the content of one node out of the stream, a piece at a time.</summary>
internal static class ContentDecoder
{
    private const int PieceBytes = 32 * 1024;

    /// <summary>So that the buffer is rented once.</summary>
    private const int Spare = 64;

    public static void Decode(Stream stream, MimeNode node, Action<ReadOnlySpan<byte>> take, CancellationToken cancellationToken)
    {
        using var decoder = new PieceDecoder(node.Kind == MimeNodeKind.Leaf ? node.Headers.Encoding : ContentEncoding.Binary);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            stream.Position = node.ContentBegin;
            var left = node.ContentEnd - node.ContentBegin;
            while (left > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = stream.Read(piece, 0, (int)Math.Min(PieceBytes, left));
                if (read == 0)
                    break;
                left -= read;
                take(decoder.Decode(piece, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private sealed class PieceDecoder(ContentEncoding encoding) : IDisposable
    {
        private readonly IMimeDecoder? _decoder = encoding switch
        {
            ContentEncoding.Base64 => new Base64Decoder(),
            ContentEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
            ContentEncoding.UUEncode => new UUDecoder(),
            ContentEncoding.Default or ContentEncoding.SevenBit or ContentEncoding.EightBit or ContentEncoding.Binary => null,
            _ => null,
        };

        private byte[] _output = [];

        public ReadOnlySpan<byte> Decode(byte[] input, int length)
        {
            if (_decoder is null)
                return input.AsSpan(0, length);
            // What the piece before left half said, such as the "=" of "=41", comes out with this one: the estimate grows by it.
            var room = Math.Max(_decoder.EstimateOutputLength(length), length);
            if (_output.Length < room)
                Rent(room + Spare);
            return _output.AsSpan(0, _decoder.Decode(input, 0, length, _output));
        }

        public void Dispose()
        {
            if (_output.Length > 0)
                ArrayPool<byte>.Shared.Return(_output);
        }

        private void Rent(int room)
        {
            Dispose();
            _output = ArrayPool<byte>.Shared.Rent(room);
        }
    }
}
