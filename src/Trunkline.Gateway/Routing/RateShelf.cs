namespace Trunkline.Gateway.Routing;

/// <summary>Holds the book of rates that is in use.</summary>
public sealed class RateShelf
{
    private volatile RateBook? _book;

    /// <summary>False until the store was read for the first time: nothing is priced and nothing is routed before.</summary>
    public bool IsReady => _book is not null;

    /// <summary>The book; empty until <see cref="IsReady"/>.</summary>
    public RateBook Book => _book ?? RateBook.Empty;

    /// <summary>Puts another in its place.</summary>
    public void Use(RateBook book) => _book = book;
}
