using System.Buffers.Binary;
using System.Security.Cryptography;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Rtp;

/// <summary>
/// The arithmetic of SRTP for one direction (RFC 3711 sections 4.1.1, 4.2.1 and 4.3): AES in counter mode and HMAC-SHA1, with the session keys made of the
/// master key once, since no rate of renewal is agreed on. Used on the media thread; allocates nothing per packet.
/// </summary>
internal sealed class SrtpTransform : IDisposable
{
    /// <summary>The longest payload that is worked on: more than any packet of G.711.</summary>
    private const int MaxBlocks = 96;

    private const int Block = 16;
    private const int SaltBytes = 14;
    private const int AuthKeyBytes = 20;
    private const int MasterKeyBytes = 16;

    private readonly Aes _aes;
    private readonly ICryptoTransform _encryptor;
    private readonly byte[] _salt;
    private readonly byte[] _authKey;
    private readonly byte[] _counters = new byte[MaxBlocks * Block];
    private readonly byte[] _stream = new byte[MaxBlocks * Block];
    private readonly byte[] _digest = new byte[AuthKeyBytes];

    public SrtpTransform(SrtpKey key)
    {
        var master = Convert.FromBase64String(key.Inline);
        TagLength = key.Suite switch
        {
            SrtpSuite.Aes128Sha80 => 10,
            SrtpSuite.Aes128Sha32 => 4,
        };
        using var derivation = Cipher(master.AsSpan(0, MasterKeyBytes));
        var salt = master.AsSpan(MasterKeyBytes, SaltBytes);
        _aes = Cipher(Derive(derivation, salt, 0, MasterKeyBytes));
        _authKey = Derive(derivation, salt, 1, AuthKeyBytes);
        _salt = Derive(derivation, salt, 2, SaltBytes);
        _encryptor = _aes.CreateEncryptor();
    }

    /// <summary>Bytes at the end of each packet.</summary>
    public int TagLength { get; }

    /// <summary>Enciphers or deciphers a payload in its place. False when it is too long.</summary>
    /// <param name="index">Times the sequence number began anew, and the sequence number: 48 bits.</param>
    public bool TryApply(Span<byte> payload, uint ssrc, ulong index)
    {
        var blocks = (payload.Length + Block - 1) / Block;
        if (blocks > MaxBlocks)
            return false;
        if (blocks == 0)
            return true;
        Span<byte> counter = stackalloc byte[Block];
        counter.Clear();
        _salt.CopyTo(counter);
        Xor(counter[4..], ssrc);
        Xor(counter[8..], (uint)(index >> 16));
        counter[12] ^= (byte)(index >> 8);
        counter[13] ^= (byte)index;
        for (var i = 0; i < blocks; i++)
        {
            counter[14] = (byte)(i >> 8);
            counter[15] = (byte)i;
            counter.CopyTo(_counters.AsSpan(i * Block));
        }
        _encryptor.TransformBlock(_counters, 0, blocks * Block, _stream, 0);
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= _stream[i];
        return true;
    }

    /// <summary>The tag over what is given: the packet without its tag, and four bytes with <paramref name="rollovers"/>, which are written here.</summary>
    /// <param name="packetAndRoom">The packet and at least four bytes behind it.</param>
    public ReadOnlySpan<byte> Tag(Span<byte> packetAndRoom, int length, uint rollovers)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packetAndRoom[length..], rollovers);
#pragma warning disable CA5350 // The suites of RFC 4568 have no other hash; as a keyed one it holds.
        HMACSHA1.HashData(_authKey, packetAndRoom[..(length + 4)], _digest);
#pragma warning restore CA5350
        return _digest.AsSpan(0, TagLength);
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
    }

    private static void Xor(Span<byte> at, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(at, BinaryPrimitives.ReadUInt32BigEndian(at) ^ value);

    private static Aes Cipher(ReadOnlySpan<byte> key)
    {
        var aes = Aes.Create();
        aes.Key = key.ToArray();
#pragma warning disable CA5358 // Counter mode is made of single blocks.
        aes.Mode = CipherMode.ECB;
#pragma warning restore CA5358
        aes.Padding = PaddingMode.None;
        return aes;
    }

    /// <summary>RFC 3711 section 4.3.1, with the label at its place and an index of zero.</summary>
    private static byte[] Derive(Aes cipher, ReadOnlySpan<byte> salt, byte label, int length)
    {
        Span<byte> counter = stackalloc byte[Block];
        counter.Clear();
        salt.CopyTo(counter);
        counter[7] ^= label;
        var derived = new byte[2 * Block];
        for (var i = 0; i < 2; i++)
        {
            counter[15] = (byte)i;
            cipher.EncryptEcb(counter, derived.AsSpan(i * Block, Block), PaddingMode.None);
        }
        return derived[..length];
    }
}
