namespace Trunkline.Gateway.Filter;

/// <summary>How a condition compares. Texts are compared without regard to case.</summary>
public enum FilterOperator
{
    /// <summary>Texts: the value stands somewhere in it.</summary>
    Contains,

    /// <summary>Texts and the priority: it is the value.</summary>
    Equals,

    /// <summary>Texts: the whole fits a pattern of <c>*</c> and <c>?</c>.</summary>
    Glob,

    /// <summary>Texts: a regular expression fits somewhere in it. Without backtracking, so that none takes long.</summary>
    Regex,

    /// <summary>The size is larger.</summary>
    Above,

    /// <summary>The size is smaller.</summary>
    Below,

    /// <summary>The time is within <c>22:00-06:00</c>, the day within <c>mon-fri,sun</c>.</summary>
    Within,
}
