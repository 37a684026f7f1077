namespace Trunkline.Gateway.Intake;

/// <summary>The cover pages that a sender may name.</summary>
public interface ICoverNames
{
    /// <summary>
    /// The cover page of this name (in any case) that the customer may use, its own before one that all have; for <see cref="Cover.On"/> the
    /// first of them. Null when there is none.
    /// </summary>
    Task<long?> FindAsync(long customerKey, string name, CancellationToken cancellationToken);

    /// <summary>The names that the customer may use, a few dozen at most.</summary>
    Task<IReadOnlyList<string>> ListAsync(long customerKey, CancellationToken cancellationToken);
}
