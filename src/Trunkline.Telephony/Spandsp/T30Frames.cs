namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// The facsimile control fields of ITU-T T.30 section 5.3.6 that we look at, in spandsp's bit order: compare after clearing
/// <see cref="DirectionBit"/>, the X of T.30.
/// </summary>
internal static class T30Frames
{
    public const byte DirectionBit = 0x01;
    public const byte FacsimileCodedData = 0x06;
    public const byte ReturnToControlPartialPage = 0x86;
    public const byte EndOfMessage = 0x8E;
    public const byte MultiPageSignal = 0x4E;
    public const byte EndOfProcedure = 0x2E;
    public const byte PartialPageSignal = 0xBE;
    public const byte PartialPageRequest = 0xBC;
    public const byte ConfirmationToReceive = 0x84;
    public const byte MessageConfirmation = 0x8C;
    public const byte RetrainPositive = 0xCC;
    public const byte RetrainNegative = 0x4C;
    public const byte ProcedureInterruptNegative = 0x2C;
    public const byte DigitalIdentificationSignal = 0x80;
    public const byte DigitalCommandSignal = 0x82;
    public const byte Disconnect = 0xFA;
    public const byte FailureToTrain = 0x44;
    public const byte ContinueToCorrectResponse = 0xC4;
}
