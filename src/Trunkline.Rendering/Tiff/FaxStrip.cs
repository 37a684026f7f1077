namespace Trunkline.Rendering.Tiff;

/// <summary>One page as it lies in a fax TIFF: G4 (ITU-T T.6), least significant bit first as on the line.</summary>
internal sealed record FaxStrip(byte[] Code, int Rows, double RowsPerInch);
