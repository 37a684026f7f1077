namespace Trunkline.Rendering.Paper;

/// <summary>A page of black and white dots, 216 bytes a row, most significant bit first, 1 is black.</summary>
internal sealed class BilevelPage(int rows)
{
    public const int BytesPerRow = Sheet.Width / 8;

    public int Rows { get; } = rows;

    public byte[] Bits { get; } = new byte[rows * BytesPerRow];

    public Span<byte> Row(int y) => Bits.AsSpan(y * BytesPerRow, BytesPerRow);
}
