namespace Trunkline.Telephony.Spandsp;

/// <summary>What the two fax terminals, audio and T.38, have in common.</summary>
internal interface IFaxTerminal : IDisposable
{
    /// <summary>Its T.30.</summary>
    T30Engine Engine { get; }

    /// <summary>True when any signal of a fax machine was heard.</summary>
    bool HeardFax { get; }
}
