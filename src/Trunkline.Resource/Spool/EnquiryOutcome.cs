using Trunkline.Core;

namespace Trunkline.Resource.Spool;

/// <summary>What the spool says to an enquiry.</summary>
internal enum EnquiryKind
{
    /// <summary>It is here, or was.</summary>
    Known,

    /// <summary>It is not here, and no delivery under this MessageID will be taken from now on.</summary>
    NeverSeen,

    /// <summary>It may be here: to be asked again.</summary>
    InDoubt,
}

/// <param name="Status">The present status, when it is known.</param>
internal readonly record struct EnquiryOutcome(EnquiryKind Kind, MessageStatus? Status = null);
